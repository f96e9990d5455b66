"""Made-up students of the corpus. KNOWN wrote the rules' first half; HELD_OUT was written apart from the code.

A person: name, contact lines, education (left, right, extra lines), jobs and projects (left, right, bullets), skills.
"""

from typing import Any

Person = dict[str, Any]


def person(
    name: str,
    contact: list[str],
    school: tuple[str, str, list[str]],
    jobs: list[tuple[str, str, list[str]]],
    projects: list[tuple[str, str, list[str]]],
    skills: list[str],
    extra: list[tuple[str, list[str]]],
    file: str,
) -> Person:
    return {
        "name": name,
        "contact": contact,
        "school": school,
        "jobs": jobs,
        "projects": projects,
        "skills": skills,
        "extra": extra,
        "file": file,
    }


KNOWN: list[Person] = [
    person(
        "Zoë Müller",
        ["Portland, OR | (503) 555-0142 | zoe.mueller@riverside.edu | linkedin.com/in/zoe-mueller"],
        (
            "Riverside College, B.A. in History",
            "Expected May 2029",
            ["Relevant coursework: Archives and Memory, Statistics I"],
        ),
        [
            (
                "Barista, Blue Door Café, Portland",
                "Jun 2025 – Present",
                [
                    "Train new baristas and wrote a one-page opening guide that the owner still uses",
                    "Serve about 80 customers an hour on Saturday mornings",
                    "Count the cash drawer each night and cut differences to under $2 a week",
                ],
            ),
            (
                "Archive Volunteer, City Museum",
                "Sep 2024 – May 2025",
                [
                    "Sorted and labeled 340 photographs from the 1920s for a public exhibit",
                    "Typed handwritten captions into a spreadsheet so that visitors can search them",
                ],
            ),
        ],
        [
            (
                "Oral History Project, HIST 120",
                "Jan 2026 – Apr 2026",
                [
                    "Interviewed four retired dock workers and transcribed three hours of tape",
                    "Presented findings to 25 classmates with two partners",
                ],
            )
        ],
        ["Tools: Excel, Google Docs, Audacity", "Languages: German (fluent), English"],
        [("Awards", ["Dean's List, Fall 2025", "Second place, regional history fair, 2024"])],
        "Mueller-Zoe-Resume",
    ),
    person(
        "Nguyễn Thị Minh Anh",
        ["San José, CA · 408-555-0177 · minhanh.nguyen@gmail.com"],
        ("San José City College, A.S. in Accounting", "Expected June 2028", ["GPA 3.7"]),
        [
            (
                "Cashier, Pho Saigon",
                "March 2024 – Present",
                [
                    "Handle payments for 120 guests on a weekend shift",
                    "Reorganized the take-out shelf, which cut wrong orders from five a night to one",
                ],
            ),
            (
                "Summer Clerk, Valley Tax Help",
                "June 2025 – August 2025",
                [
                    "Scanned and filed 600 tax forms with a team of three",
                    "Translated the intake sheet into Vietnamese; the front desk still uses it",
                    "Checked totals on 40 returns a day before the accountant signed them",
                ],
            ),
        ],
        [
            (
                "Budget Workbook, ACCT 10",
                "October 2025 – December 2025",
                [
                    "Built an Excel workbook that compares six months of costs for a student club",
                    "Wrote a two-page guide so that the next treasurer can use it",
                ],
            )
        ],
        ["Excel, QuickBooks, Google Sheets", "Vietnamese (native), English (fluent)"],
        [("Activities", ["Treasurer, Vietnamese Student Association, September 2025 – Present"])],
        "Nguyen_MinhAnh_Resume",
    ),
    person(
        "José Ángel Ramírez",
        ["El Paso, Texas", "(915) 555-0123 | jaramirez@outlook.com | github.com/jaramirez"],
        (
            "Border State University, B.S. in Computer Science",
            "May 2028",
            ["Courses: Data Structures, Calculus II, Physics I"],
        ),
        [
            (
                "IT Help Desk Assistant, Border State University",
                "August 2025 – Present",
                [
                    "Answer 30 tickets a week and close nine in ten on the same day",
                    "Wrote a Python script that resets printers and saves about two hours a week",
                ],
            ),
            (
                "Lifeguard, City of El Paso",
                "May 2024 – August 2024",
                [
                    "Watched over up to 60 swimmers at a time",
                    "Taught swimming to 14 children aged six to nine",
                ],
            ),
        ],
        [
            (
                "Library Overdue Sorter",
                "February 2026 – March 2026",
                [
                    "Coded a Python program that sorts overdue books by street",
                    "Tested it with 1,200 records and fixed 17 bugs",
                    "Published it on GitHub, where the instructor now shows it as an example",
                ],
            )
        ],
        ["Python, SQL, Git, Linux", "Spanish (native), English (fluent)"],
        [("Honors", ["First-Year Scholar Award, April 2026"])],
        "Ramirez-Jose-Resume-2026",
    ),
    person(
        "Aoife O'Brien-Walsh",
        ["Boston, MA", "Phone: +1 617 555 0199", "aoife.obrien@mail.com", "https://www.linkedin.com/in/aoife-obw"],
        ("Harbor University, B.S. in Nursing", "Expected Dec 2028", []),
        [
            (
                "Nursing Home Aide, St. Brigid's",
                "Jan 2025 – Present",
                [
                    "Serve meals to 22 residents and record what each one eats",
                    "Read aloud to small groups twice a week",
                    "Designed a picture menu for residents with memory loss; three wards adopted it",
                ],
            ),
            (
                "Camp Counselor, Camp Birch",
                "Jun 2024 – Aug 2024",
                [
                    "Led a cabin of ten girls through two-week sessions",
                    "Planned rainy-day games and bought supplies for under $50",
                ],
            ),
        ],
        [],
        ["First aid and CPR (2025)", "Irish, Spanish (basic)"],
        [("Volunteer Experience", ["Food pantry driver, Oct 2025 – Present"])],
        "OBrien-Walsh-Aoife",
    ),
    person(
        "Wang Xiaoming (王小明)",
        ["Seattle, WA | 206.555.0134 | xiaoming.wang@uw.example.edu"],
        ("Cascade University, B.A. in Economics", "Expected 06/2028", ["Minor: Statistics"]),
        [
            (
                "Tutor, Math Center",
                "09/2025 – Present",
                [
                    "Tutor eight students a week in Calculus I and II",
                    "Created 12 practice sheets that the center now uses in each section",
                ],
            ),
            (
                "Stock Clerk, Uwajima Market",
                "05/2024 – 08/2025",
                [
                    "Stocked 40 shelves a night and rotated dates",
                    "Counted inventory each Sunday and found $300 of misplaced goods",
                    "Trained two new clerks",
                ],
            ),
        ],
        [
            (
                "Rent Data Study",
                "01/2026 – 03/2026",
                [
                    "Collected 500 rental listings and cleaned them in R",
                    "Charted rents by bus line for a class of 30",
                ],
            )
        ],
        ["R, Excel, Tableau", "Mandarin (native), English (fluent)"],
        [("Interests", ["Table tennis, urban sketching"])],
        "Xiaoming Wang Resume",
    ),
    person(
        "Priya Raghunathan",
        ["Edison, NJ • 732-555-0161 • priya.r@icloud.com • priyaraghunathan.dev"],
        (
            "Raritan College, B.S. in Biology",
            "Expected May 2027",
            ["Relevant courses: Genetics, Chemistry II, Biostatistics"],
        ),
        [
            (
                "Lab Assistant, Dr. Chen's Plant Lab",
                "Sep 2025 – Present",
                [
                    "Measure 96 seedlings a week and enter heights into a shared sheet",
                    "Prepare agar plates and label samples for five researchers",
                    "Found a labeling error that saved a month of data",
                ],
            ),
            (
                "Tutor, Bright Start After School",
                "Sep 2023 – Jun 2025",
                [
                    "Taught reading to six second-graders twice a week",
                    "Drew picture cards so that shy children could answer without speaking",
                ],
            ),
        ],
        [
            (
                "Campus Tree Map",
                "Feb 2026 – Apr 2026",
                [
                    "Mapped 210 trees with three classmates",
                    "Published the map online; the grounds crew uses it to plan watering",
                ],
            )
        ],
        ["PCR, pipetting, Excel, R", "Tamil, Hindi"],
        [("Certifications", ["Lab Safety, Oct 2025"])],
        "Priya-Raghunathan",
    ),
    person(
        "Chidi Okoye",
        ["Houston, TX | +1 (713) 555-0110 | chidi.okoye@yahoo.com"],
        ("Bayou State University, B.B.A. in Marketing", "Expected May 2029", []),
        [
            (
                "Team Member, Green Bowl",
                "Apr 2025 – Present",
                [
                    "Assemble 90 orders on a lunch shift",
                    "Post daily specials; the page grew from 200 to 650 followers",
                    "Train new staff on the register",
                ],
            ),
            (
                "Sports Reporter, The Bayou Beat",
                "Sep 2024 – May 2025",
                [
                    "Wrote 18 game reports under a two-hour deadline",
                    "Photographed home games; four pictures ran on the front page",
                ],
            ),
        ],
        [
            (
                "Flyer Campaign for a Barber Shop",
                "Mar 2026 – Apr 2026",
                [
                    "Designed three flyers in Canva and compared them in a survey of 45 people",
                    "Doubled walk-ins on Tuesdays, by the owner's count",
                ],
            )
        ],
        ["Canva, Instagram, Google Analytics", "Igbo, English"],
        [("Leadership", ["Class Representative, Aug 2025 – Present"])],
        "Okoye-Chidi-Resume",
    ),
    person(
        "Søren Kjær",
        ["Minneapolis, MN", "soren.kjaer@north.edu", "612-555-0150"],
        ("Northern Technical College, A.A.S. in Mechatronics", "Expected 2028-08", []),
        [
            (
                "Bike Mechanic, Spoke Co-op",
                "2024-03 – Present",
                [
                    "Repair 10 to 15 bikes a week and explain each repair to the owner",
                    "Set up a parts shelf that shortened searches from ten minutes to one",
                ],
            ),
            (
                "Warehouse Packer, NordBox",
                "2023-06 – 2023-08",
                [
                    "Packed 200 parcels a shift without a wrong label in the last month",
                    "Loaded trucks with a crew of five",
                ],
            ),
        ],
        [
            (
                "Line Follower Robot",
                "2026-01 – 2026-04",
                [
                    "Built a robot with two motors that follows a taped line",
                    "Wrote Arduino code and tuned it over 30 test runs",
                    "Finished third of 16 teams",
                ],
            )
        ],
        ["Arduino, C++, SolidWorks, soldering", "Danish"],
        [("Hobbies", ["Ice skating"])],
        "soren_kjaer_cv",
    ),
    person(
        "Fatoumata Diallo",
        ["Bronx, NY | 347-555-0188 | fdiallo@gmail.com"],
        ("Hillside Community College, Liberal Arts", "May 2028", ["Honors Program"]),
        [
            (
                "Front Desk Volunteer, Hillside Clinic",
                "October 2025 – Present",
                [
                    "Greet about 50 patients a day in English, French and Fulani",
                    "Rewrote the sign-in sheet, and waiting lines dropped to under five people",
                ],
            ),
            (
                "Babysitter, self-employed",
                "June 2022 – August 2025",
                [
                    "Planned afternoons for twins aged four, three days a week",
                    "Cooked meals without nuts for a child with an allergy",
                    "Kept a daily log that the parents asked the next sitter to copy",
                ],
            ),
        ],
        [
            (
                "Community Health Poster",
                "February 2026 – May 2026",
                [
                    "Surveyed 38 neighbors about clinic hours",
                    "Drew a poster in French and English that hangs in seven shops",
                ],
            )
        ],
        ["Google Docs, Canva", "French, Fulani, English"],
        [("Activities", ["African Students Union, October 2025 – Present"])],
        "Diallo-Fatoumata-Resume",
    ),
    person(
        "محمد العلي (Mohammed Al-Ali)",
        ["Dearborn, MI | 313-555-0171 | mohammed.alali@gmail.com"],
        ("Great Lakes University, B.S. in Civil Engineering", "Expected May 2028", []),
        [
            (
                "Driver, Cedar Bakery",
                "Jun 2024 – Present",
                [
                    "Deliver 70 orders a day on two routes",
                    "Planned a new route that saves 25 minutes a morning",
                ],
            ),
            (
                "Math Club President, Fordson High School",
                "Sep 2023 – Jun 2025",
                [
                    "Organized weekly practice for 16 members",
                    "Raised $900 for travel with a bake sale",
                    "Won second place in the city contest",
                ],
            ),
        ],
        [
            (
                "Balsa Bridge",
                "Oct 2025 – Dec 2025",
                [
                    "Designed a balsa bridge in AutoCAD with two partners",
                    "Tested four models; the last one held 41 kg",
                ],
            )
        ],
        ["AutoCAD, Excel, MATLAB", "Arabic (native), English (fluent)"],
        [("Awards", ["Engineering Merit Scholarship, Sep 2025"])],
        "Mohammed_AlAli_Resume",
    ),
]

HELD_OUT: list[Person] = [
    person(
        "Łukasz Wiśniewski",
        ["Chicago, Illinois | 773.555.0102 | lukasz.wisniewski@proton.me"],
        ("Lakeview University — Bachelor of Science, Physics", "May 2028", ["Dean's List (two terms)"]),
        [
            (
                "Projectionist, Orbit Cinema",
                "November 2024 – Present",
                [
                    "Run four screens a night and log each fault for the day crew",
                    "Replaced lamp checks on paper with a shared form; no show has started late since",
                    "Teach new colleagues how to thread 35 mm film",
                ],
            ),
            (
                "Farm Hand, Kowalski Orchard",
                "July 2023 – September 2024",
                [
                    "Picked and graded up to 90 crates of apples a day",
                    "Drove a tractor between three fields and kept its fuel log",
                ],
            ),
        ],
        [
            (
                "Cosmic Ray Detector, PHYS 140",
                "January 2026 – April 2026",
                [
                    "Soldered a detector from a kit and counted 4,000 events over ten nights",
                    "Plotted rates against air pressure in Python",
                ],
            )
        ],
        ["Python, MATLAB, LaTeX, soldering", "Polish, English"],
        [("Volunteering", ["Science fair judge, March 2026"])],
        "Wisniewski_Lukasz_Resume",
    ),
    person(
        "Kim Seo-yeon 김서연",
        ["Atlanta, GA · (404) 555-0118 · seoyeon.kim@peachtree.edu"],
        ("Peachtree College of Art, BFA Illustration", "Expected Dec 2027", []),
        [
            (
                "Gallery Attendant, Mill Street Gallery",
                "Feb 2025 – Present",
                [
                    "Welcome roughly 60 visitors on opening nights",
                    "Hang shows of up to 35 works with the curator",
                    "Wrote labels for a show on paper craft; the local paper quoted two of them",
                ],
            ),
            (
                "Art Teacher's Aide, Maple Summer School",
                "Jun 2024 – Aug 2024",
                [
                    "Prepared paint and clay for classes of 18",
                    "Taught origami to third-graders",
                ],
            ),
        ],
        [
            (
                "Picture Book “Night Bus”",
                "Sep 2025 – Nov 2025",
                [
                    "Wrote and drew a 24-page book and sold 40 printed copies",
                    "Kept the costs below $3 a copy",
                ],
            )
        ],
        ["Procreate, InDesign, Photoshop", "Korean, English, some Japanese"],
        [("Exhibitions", ["Student Show, Peachtree College, Apr 2026"])],
        "SeoyeonKim-Resume",
    ),
    person(
        "Leilani Kahananui",
        ["Hilo, HI", "808-555-0139", "leilani.kahananui@gmail.com"],
        (
            "Pacific Islands University, Environmental Science B.S.",
            "Expected May 2029",
            ["Courses: Ecology, Chemistry I, GIS"],
        ),
        [
            (
                "Trail Crew Member, Mauna Trails",
                "Jun 2025 – Present",
                [
                    "Clear fallen branches from 12 miles of trail",
                    "Report washouts with photos and coordinates, which cut repair time by half",
                ],
            ),
            (
                "Cashier, KTA Corner Store",
                "Aug 2023 – May 2025",
                [
                    "Balanced a drawer of $600 at closing",
                    "Packed groceries for older customers and carried them out",
                    "Showed three new cashiers how to use the register",
                ],
            ),
        ],
        [
            (
                "Stream Survey",
                "Feb 2026 – Apr 2026",
                [
                    "Sampled water at nine sites with two classmates",
                    "Mapped the results in QGIS for the county office",
                ],
            )
        ],
        ["QGIS, Excel, water sampling", "Hawaiian, English"],
        [("Activities", ["Outrigger Canoe Club, Aug 2025 – Present"])],
        "Kahananui-Leilani-Resume",
    ),
    person(
        "דנה לוי (Dana Levi)",
        ["Brooklyn, NY | 718-555-0121 | dana.levi@outlook.com"],
        ("Atlantic University, B.A. Psychology", "Expected June 2028", []),
        [
            (
                "Research Assistant, Memory Lab",
                "October 2025 – Present",
                [
                    "Run sessions with six volunteers a week and check that each one consents",
                    "Coded 140 interviews with a second rater",
                ],
            ),
            (
                "Waiter, Café Nili",
                "July 2023 – August 2024",
                [
                    "Served 15 tables an hour on weekend evenings",
                    "Remembered allergies of regular guests and told the kitchen",
                ],
            ),
        ],
        [
            (
                "Sleep and Study Poster",
                "March 2026 – May 2026",
                [
                    "Asked 72 students about sleep in an online survey",
                    "Explained the results at the department's spring fair",
                    "Earned the audience prize",
                ],
            )
        ],
        ["SPSS, Qualtrics, Excel", "Hebrew, English, Russian"],
        [("Service", ["Crisis line listener (40 hours of training), January 2026 – Present"])],
        "Levi-Dana-Resume",
    ),
    person(
        "Thandiwe Nkosi",
        ["Newark, NJ | +1 862 555 0156 | thandi.nkosi@passaic.edu"],
        ("Passaic College, Associate in Early Childhood Education", "Expected 05/2027", []),
        [
            (
                "Assistant, Little Steps Day Care",
                "08/2025 – Present",
                [
                    "Set up play corners for a room of 14 toddlers",
                    "Write a note for each parent at pick-up",
                    "Made a song list for clean-up time that the other rooms copied",
                ],
            ),
            (
                "Choir Librarian, Grace Hall",
                "01/2023 – 06/2025",
                [
                    "Filed sheet music for 45 singers",
                    "Repaired 80 torn scores before the Christmas season",
                ],
            ),
        ],
        [
            (
                "Reading Corner",
                "02/2026 – 04/2026",
                [
                    "Collected 130 picture books from families",
                    "Built low shelves with a classmate so that children can reach them",
                ],
            )
        ],
        ["Zulu, English", "First aid (2025)"],
        [("Awards", ["Founders' Scholarship, 09/2025"])],
        "Thandiwe Nkosi Resume",
    ),
    person(
        "Björk Jónsdóttir",
        ["Fargo, ND • bjork.jonsdottir@plains.edu • 701-555-0108"],
        ("Plains State University, B.S. in Agricultural Economics", "Expected May 2028", ["Minor in Statistics"]),
        [
            (
                "Grain Elevator Intern, Red River Co-op",
                "May 2026 – Aug 2026",
                [
                    "Weighed 110 trucks a day at harvest",
                    "Compared moisture readings of two meters and reported a drift of 0.4 points",
                    "Kept a log that the manager passed on to the next intern",
                ],
            ),
            (
                "Hockey Coach, Fargo Youth League",
                "Oct 2024 – Present",
                [
                    "Coach 20 girls aged eight to ten twice a week",
                    "Phone parents before each away game",
                ],
            ),
        ],
        [
            (
                "Wheat Price Dashboard",
                "Jan 2026 – Apr 2026",
                [
                    "Built a dashboard of ten years of prices in Excel",
                    "Explained it to a class of 28",
                ],
            )
        ],
        ["Excel, R, bookkeeping", "Icelandic, English"],
        [("Interests", ["Hockey, knitting"])],
        "Jonsdottir-Bjork-Resume",
    ),
    person(
        "Oluwaseun Adebayo",
        ["Baltimore, MD | 410-555-0144 | seun.adebayo@gmail.com | github.com/seunadebayo"],
        ("Chesapeake State, B.S. Information Systems", "Expected December 2027", []),
        [
            (
                "Tech Desk Aide, Enoch Library",
                "September 2024 – Present",
                [
                    "Help 25 visitors a day print, scan and sign up for e-mail",
                    "Wrote picture guides in large type; branches in two counties asked for copies",
                ],
            ),
            (
                "Crew Member, Harbor Burgers",
                "June 2023 – August 2024",
                [
                    "Cooked up to 70 orders an hour",
                    "Closed the kitchen four nights a week and checked the fridge temperatures",
                ],
            ),
        ],
        [
            (
                "Bus Delay Bot",
                "February 2026 – May 2026",
                [
                    "Programmed a bot that texts riders when a bus runs late",
                    "Recruited 31 test riders and answered their reports",
                    "Rewrote the alert text after riders found it confusing",
                ],
            )
        ],
        ["Python, SQL, HTML, CSS", "Yoruba, English"],
        [("Certificates", ["IT Support Certificate, March 2025"])],
        "Adebayo-Oluwaseun-Resume",
    ),
    person(
        "Xóchitl Hernández",
        ["Fresno, CA", "559-555-0163 | xochitl.hernandez@fresno.edu"],
        ("Central Valley College, Business Administration", "Expected May 2028", ["Honors Society"]),
        [
            (
                "Market Seller, Hernández Produce",
                "Apr 2023 – Present",
                [
                    "Sell fruit to about 200 customers each Sunday",
                    "Price 30 kinds of produce by season",
                    "Started card payments; a third of sales now come that way",
                ],
            ),
            (
                "Office Volunteer, Valley Legal Aid",
                "Sep 2025 – Dec 2025",
                [
                    "Phoned 90 clients in Spanish to confirm appointments",
                    "Built an index of 400 paper files",
                ],
            ),
        ],
        [
            (
                "Pop-up Shop Plan",
                "Jan 2026 – Mar 2026",
                [
                    "Wrote a 12-page plan with two classmates",
                    "Interviewed five shop owners about rent and hours",
                ],
            )
        ],
        ["Excel, Square, Canva", "Spanish, English"],
        [("Leadership", ["Vice President, Business Club, Aug 2025 – Present"])],
        "Hernandez-Xochitl-Resume",
    ),
]
