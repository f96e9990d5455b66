# ruff: noqa: SIM905 - long lists of words read better as text
"""Words that are right but missing from the word list, and real words that are usually a slip on a résumé."""

PREFIXES = (
    "un", "re", "pre", "non", "co", "over", "under", "multi", "micro", "inter", "de", "dis", "sub", "super", "out",
    "up", "bio", "geo", "hydro", "cyber", "eco", "neuro", "photo", "tele", "anti", "semi", "mini", "mid", "cross",
    "electro", "thermo", "trans", "intra", "extra", "ultra", "auto", "hyper", "nano", "socio", "agro", "aero",
)  # fmt: skip

ACCEPTED = frozenset(
    "admin admins lookup lookups validator validators designee designees builtin builtins bundler bundlers crypto "
    "cmake stdin stdout struct structs lexer linter linters profiler docstring docstrings upsert gmail mixin mixins "
    "versioned versioning parsable uvicorn posix iterator iterators tokenizer tokenizers compiler compilers repertoire "
    "intro redis oauth subnet subnets paver pavers serger improv charrette charrettes anonymize transfection "
    "anonymizes systemd nginx "
    "barista baristas onboarding onboarded workflow workflows dataset datasets database databases chatbot chatbots app "
    "apps website websites webpage webpages online offline email emails emailed podcast podcasts wireframe wireframes "
    "wireframing mockup mockups backend frontend fullstack hackathon hackathons startup startups microcontroller "
    "microcontrollers firmware codebase repo repos linting unittest unittests pytest numpy pandas matplotlib scikit "
    "seaborn jupyter kubernetes docker regex async api apis json html css javascript typescript figma canva tableau "
    "quickbooks excel spreadsheet spreadsheets analytics infographic infographics crowdfunding crowdfunded fundraise "
    "fundraised fundraising fundraiser upcycle upcycled upcycling sustainability biodiversity ecotourism makerspace "
    "makerspaces coworking freelancing freelancer livestream livestreams livestreamed livestreaming webinar webinars "
    "vlog vlogs blog blogs blogging hashtag hashtags influencer influencers engagement outreach mentorship mentees "
    "mentee tutee tutees peer proofreading copywriting copyediting storyboard storyboards storyboarding storytelling "
    "timesheet timesheets timeline timelines checklist checklists walkthrough walkthroughs signage planogram "
    "planograms upsell upselling restock restocked restocking pipetted pipetting pipette pipettes micropipette "
    "spectrophotometer spectrophotometry chromatography centrifuge centrifuged titration titrations autoclave "
    "autoclaved electrophoresis microplate genotyping phenotyping plasmid plasmids qualitative quantitative "
    "codebook transcribe transcribed debugging debugged refactored refactoring deployed deployment scalable "
    "interdisciplinary multidisciplinary multicultural bilingual trilingual coursework minoring cofounder cofounded "
    "extracurricular extracurriculars intramural intramurals stakeholder stakeholders deliverable deliverables "
    "prototyping prototyped ideation iteratively usability accessibility inclusivity equitable wellness mindfulness "
    "telehealth phlebotomy triage charting vitals catheter geospatial shapefile shapefiles raster georeferenced "
    "remediation stormwater composting composted recyclables rainwater hydroponic hydroponics greenhouse "
    "anonymized anonymised geocoded geocoding scraper scraped scraping parsing tokenized preprocessing "
    "preprocessed visualizations visualization dashboards dashboard workbook worksheets worksheet macros "
    "permitting customizable customized personalized prioritization workplace childcare aftercare healthcare "
    "caregiver caregivers caregiving preschoolers kindergartners kindergarteners gradebook gradebooks rubric rubrics "
    "syllabi academia alumni emeritus practicum colloquium symposium honors valedictorian salutatorian provost "
    "dietary vegan allergen allergens mise barback baristas sous latte lattes espresso cappuccino cappuccinos "
    "merchandising merchandiser cashiering voicemail voicemails switchboard signups signup screenprint screenprinted "
    "screenprinting letterpress risograph typography typeface typefaces kerning illustrator photoshop lightroom "
    "premiere subtitling captioning color colour colours favourite centre centres labour neighbourhood behaviour "
    "programme programmes catalogue licence enquiry enquiries cheque tyres timetable timetables rota rotas "
    "colleagues maths whilst learnt spelt organised recognised analysed paediatric judgement acknowledgement "
    "actuarial fintech ledger ledgers invoicing payables receivables payroll bookkeeping reconciliations "
    "robotics drivetrain actuators actuator soldered breadboard breadboards telemetry lidar quadcopter "
    "esports gameplay multiplayer shader shaders rigging worldbuilding sprites tilemap playtest playtests playtested "
    "playtesting naloxone biohazard biosafety nitrile saline agar assay assays murine zebrafish drosophila "
    "ethnography ethnographic diaspora decolonial pedagogy pedagogical andragogy scaffolding scaffolded "
    "microloan microloans microfinance nonprofit nonprofits grantwriting grassroots canvassed canvassing canvasser "
    "phonebank phonebanked texting zine zines multimedia ukulele djembe taekwondo capoeira bhajan mariachi "
    "folklorico bachata kathak tabla erhu guzheng halal kosher tamales pupusas quinceañera".split()
)

CONFUSED = {
    "costumer": "customer",
    "costumers": "customers",
    "manger": "manager",
    "mangers": "managers",
    "calender": "calendar",
    "calenders": "calendars",
    "pubic": "public",
    "alot": "a lot",
    "fourty": "forty",
    "equiped": "equipped",
    "refered": "referred",
    "writting": "writing",
    "yeild": "yield",
    "untill": "until",
    "wich": "which",
    "publically": "publicly",
    "vegatable": "vegetable",
    "vegatables": "vegetables",
    "opperate": "operate",
    "opperated": "operated",
    "colum": "column",
    "sence": "sense",
    "loosing": "losing",
    "intership": "internship",
    "interships": "internships",
    "accidently": "accidentally",
    "transfered": "transferred",
    "programing": "programming",
    "prepair": "prepare",
    "preparred": "prepared",
    "translater": "translator",
    "demonstated": "demonstrated",
    "greatful": "grateful",
    "tounge": "tongue",
    "payed": "paid",
}
