# ruff: noqa: E501 - a line of the corpus is a line here
"""What is wrong on purpose in the files of the corpus: one list of variants per rule and half."""

from typing import Any

Bank = dict[str, list[Any]]

KNOWN: Bank = {
    "R03": ["no phone", "no email", "no phone", "email in words", "no email", "phone on request"],
    "R04": ["partygirl2007@gmail.com", "xX_slayer_Xx@hotmail.com", "cutiepie07@yahoo.com", "4815162342@qq.com",
            "sk8rboi99@gmail.com", "dragonlord@mail.com", "coolkid420@gmail.com", "unicorn.sparkle@outlook.com",
            "pizza4life@gmail.com", "the.real.boss99@gmail.com"],
    "R05": ["My Journey", "Where I Have Been", "What I Bring", "Adventures", "My Story So Far", "Toolbox", "Cool Stuff",
            "Career Highlights Reel", "The Good Parts"],
    "R06": ["2028", "", "Class of 2028", "Sophomore", "2025 – 2029", "Current student"],
    "R07": ["Customer service and cash handling for the whole shop", "Excellent communication with guests",
            "Various office tasks, such as filing and copying", "Inventory of the back room every Sunday",
            "Social media for the shop", "Great team player on every shift", "Managing the shop's Instagram page",
            "Daily cleaning of the machines", "In the kitchen on weekends", "Front desk duties and phone calls",
            "Known for a friendly attitude", "Part of a five-person crew"],
    "R08": ["Responsible for answering phones", "Helped customers find books", "Assisted with weekend events",
            "Worked on the club's website", "Duties included filing and copying", "Was responsible for the keys",
            "Tasked with closing the shop", "Helped out at the front desk", "Assisted the manager with orders",
            "Helped with the food drive"],
    "R09": ["bare"],
    "R10": ["I organized the shelves by author for 300 titles", "Cleaned my station each night after 40 orders",
            "We painted the club room in two days", "Sold lemonade at 12 games so that our team could travel",
            "Led a project of my own with 15 guests", "Wrote a song that they taught us for 20 singers",
            "Organized a trip; I booked rooms for 18 people", "Gave tours to 60 people, which made me a better speaker"],
    "R11": ["Manage the spring schedule for nine people", "Serves 30 guests an hour at the counter",
            "Teach chess to 12 children", "Organize the stockroom with two colleagues", "Writes a weekly note to 20 parents",
            "Prepare 40 sandwiches each morning", "Clean three ovens at the end of the shift", "Train two new cashiers"],
    "R12": ["Organized", "Created", "Managed", "Prepared", "Designed", "Sorted"],
    "R13": ["dates"],
    "R14": ["Planned, set up and ran a two-day book sale with eleven volunteers in the main hall, for which the team "
            "borrowed forty tables from three schools, printed signs for every shelf, counted the cash twice each evening, "
            "and wrote a thank-you note to each person who had given more than ten books to the sale that year",
            "Compared the prices of sixty common groceries in seven shops near campus every second week for two terms, wrote "
            "the results into a shared sheet that any student can open, and made a short video about the three cheapest "
            "shops, which the student union later showed to all new students on the first day of the fall term"],
    "R19": ["Date of birth: 14 March 2007", "SSN 123-45-6789", "Marital status: single", "Nationality: Canadian",
            "F-1 visa, work authorization until 2028", "DOB 03/14/2007", "Religion: Catholic", "Age: 19", "U.S. citizen",
            "4127 Maple Street, Apt 3", "Permanent resident (green card)", "Student ID 900123456", "Born on 5 May 2006"],
    "R20": ["Recieved thanks", "definately", "managment", "experiance", "sucessfully", "calender", "occured", "seperate",
            "adress", "recieve", "commited", "acheived", "begining", "responsable", "comunication", "costumers",
            "enviroment", "maintainance", "profesional", "resturant", "knowlege", "accomodate", "buisness"],
    "R21": ["resume.pdf", "Document1.docx", "final_v3.pdf", "Untitled document (3).pdf", "scan0001.pdf", "My Resume NEW.pdf",
            "CV.docx", "resume-final-final.docx", "{file}_v2.pdf", "{file} (1).pdf", "{file}-draft.docx", "Resume 2026.pdf",
            "college resume updated.docx"],
    "R22": ["linkedin.com/in/", "http//www.mysite.com", "www.linkedin.com/in/yourname", "https://github",
            "htp://portfolio.example.net/zoe", "linkedin .com/in/zoe", "github..com/zoe", "www.myportfolio.con",
            "file:///C:/Users/me/portfolio.html", "https://example.com/portfolio", "http://localhost:3000",
            "linkedin.com/zoe-m"],
}  # fmt: skip

HELD_OUT: Bank = {
    "R03": ["no email", "no phone", "phone on request", "no email", "no phone", "email in words"],
    "R04": ["lilprincess_xo@gmail.com", "ninja.turtle.88@yahoo.com", "sleepypotato@outlook.com", "198705123@qq.com",
            "hoopsstar23@gmail.com", "bigbossman@mail.com", "memelord2000@gmail.com", "iamthegreatest@gmail.com",
            "kittylover_12@hotmail.com", "darkwizard@proton.me", "chocolatechip55@gmail.com", "beachbum808@gmail.com"],
    "R05": ["Things I Have Done", "My Path", "Superpowers", "On the Clock", "Milestones and Memories", "In My Spare Hours",
            "What Makes Me Tick", "The Journey", "Stuff I Know"],
    "R06": ["Junior year", "2024–2028", "", "Graduating 2028", "Second-year student", "Class of ’28"],
    "R07": ["Friendly service at the counter", "Responsibilities across three departments", "Weekly reports to the owner",
            "Handling of cash and card payments", "Strong work ethic and punctual", "Organizing the storage room",
            "Team leader on Friday nights", "Opening and closing procedures", "A quick learner on new machines",
            "Point of contact for 40 parents", "Phone calls, e-mails and filing"],
    "R08": ["Responsible for opening the store", "Assisted in preparing the annual fair", "Helped to move the archive",
            "Worked on a team newsletter", "Duties include watering and weeding", "In charge of the coffee machine",
            "Helped the teacher with grading", "Tasked with restocking shelves", "Assisted visitors at the entrance",
            "Was in charge of the ticket booth"],
    "R09": ["bare"],
    "R10": ["Wrote the program with my brother for 25 users", "I sorted mail for 14 offices", "Painted sets that we reused for two plays",
            "Improved my typing to 70 words a minute", "Planned 12 meetings for our dormitory",
            "Coached five players; two of them thanked me in the school paper", "Every week I met 10 new neighbors",
            "Ran a stand that earned us $340"],
    "R11": ["Greet 50 visitors on Saturdays", "Fixes bikes for 15 members a month", "Answer about 35 calls a day",
            "Coordinate rides for 22 players", "Builds shelves for two stores", "Edit a newsletter with 300 readers",
            "Carry equipment for a band of six", "Counts cash at the end of each shift"],
    "R12": ["Developed", "Supported", "Led", "Wrote", "Cleaned", "Collected"],
    "R13": ["dates"],
    "R14": ["Collected used winter coats in four dormitories during the two weeks before the holidays, washed and mended those "
            "that needed it with the help of a local laundry, sorted them by size into thirty boxes, and drove all of them to "
            "a shelter on the other side of the river, whose staff gave them out before the first heavy snow of the year",
            "Recorded and edited a six-part radio series on people who work at night, for which two reporters rode along with "
            "a baker, a nurse, a bus driver, a cleaner, a security guard and a printer, cut forty hours of sound down to three, "
            "and wrote an introduction for each part that the station read live on six Sunday evenings in the spring"],
    "R19": ["Birth date: July 2, 2006", "Social Security No. 987-65-4321", "Married, no children", "Citizenship: Mexican",
            "Visa status: F-1 OPT", "Gender: female", "Passport No. X1234567", "Age 20", "Muslim – Religion: Islam",
            "88 Oak Avenue, Unit 5", "H-1B visa sponsorship not needed, green card holder", "Height: 5'9\" Weight: 150 lbs",
            "Place of birth: Lagos"],
    "R20": ["independant", "assistent", "writen", "proffesor", "schedual", "libary", "goverment", "oppurtunity",
            "succesful", "recomended", "tommorow", "finaly", "langauge", "personel files", "strenght", "throught",
            "organisaton", "particpated", "devloped", "volunter", "equiptment", "teh"],
    "R21": ["Resume_FINAL.pdf", "doc1.pdf", "new resume.docx", "IMG_2041.pdf", "cv2026.pdf", "{file}-final2.pdf",
            "{file}_copy.docx", "download.pdf", "Untitled.pdf", "resume (2).pdf", "{file} version 4.docx",
            "Marketing Resume.pdf"],
    "R22": ["https:/portfolio", "www.linkedin.com/in/your-profile", "github,com/dana", "linkedin.com", "http://mysite",
            "https://www.behance.comm/seo", "www..artpage.com", "C:\\Users\\dana\\site.html", "https://[your portfolio]",
            "htps://github.com/lukasz", "www.site", "http://127.0.0.1:8000/me"],
}  # fmt: skip

# A line around a slip of the pen, so that it stands in a sentence.
SLIP_LINES = [
    "Checked 40 forms for each {w} office in town",
    "Wrote 12 notes on {w} for new volunteers",
    "Kept a list of {w} for 15 people",
    "Built three shelves for the {w} corner",
]

BARE = [
    "Cleaned tables and chairs after the shift", "Answered the phone at the front desk", "Stocked shelves in the back room",
    "Filed papers in the office", "Set tables before lunch", "Greeted people at the door", "Sorted mail in the morning",
    "Washed dishes and pans", "Opened the shop on weekends", "Typed letters for the office", "Packed boxes in the storeroom",
    "Watered plants on the terrace",
]  # fmt: skip

# Right as they are, though a careless rule would stumble over them.
TRICKY_KNOWN = [
    "Read two novels a month to a blind neighbor", "Presented a stand at We Are Water, a county fair, with 40 visitors",
    "Analysed soil colour for an organised crop trial with six plots", "Taught Biology I and Chemistry II to a group of four",
    "Counted 230 birds for a Citizen Science project", "Wrote “My First Garden”, a picture book of 20 pages",
    "Built a form that lets US customers pay in three clicks", "Co-led a walk for 20 new students",
    "Carefully packed 30 glass vases a day", "Set a schedule for nine volunteers", "Cut fabric for 12 costumes",
    "Photographed 80 guests at the Visa and passport photo booth", "Sold 50 tickets for Us and Them, a student play",
    "Logged data with numpy, pandas and matplotlib for three classes", "Tracked 24 shipments along I-95",
    "Sewed costumes that helped raise $400", "Drew a chart that shows who is responsible for each of 12 keys",
    "Ran a birthday party program for 15 children", "Shelved 90 books in the citizenship course collection",
    "Restocked, relabeled and reshelved 200 library returns", "Wrote a chatbot workflow with a dataset of 300 e-mails",
]  # fmt: skip
TRICKY_HELD_OUT = [
    "Proofread eight chapters of a field guide", "Played in Our Town, a student production seen by 300 people",
    "Recognised 40 plant species and catalogued them by colour", "Finished Calculus I and Physics II ahead of 25 classmates",
    "Met with 12 Citizens Bank tellers for an audit exercise", "Filmed “We Remember”, a nine-minute documentary",
    "Shipped 70 parcels from the US to Canada", "Re-drew a trail map for 15 rangers", "Quickly trained six substitute drivers",
    "Spread mulch over 14 beds", "Put 60 records into a shared catalog", "Handled 45 Visa and debit payments a day",
    "Edited an interview about the religion of ancient Rome for 80 readers", "Automated backups with pytest and regex checks for 5 teams",
    "Mapped 31 potholes on I-80 and Route 9", "Grew seedlings that helped feed 20 families",
    "Chaired the debate on work permits in front of 50 students", "Onboarded three interns in a coworking space",
]  # fmt: skip
