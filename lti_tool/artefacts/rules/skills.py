# ruff: noqa: SIM905 - long lists of words read better as text
"""Skills and tools that postings for student projects name, each with its other names."""

STOP = frozenset(
    "able about above across after again against also although always among another anyone anything around because "
    "been before being below best better between both bring came can't could does doing done down during each either "
    "else enough even ever every everyone everything experience familiar familiarity few first five four "
    "from full fully "
    "gets give given gives going good great hand have having here high hours hour week weeks weekly days "
    "daily month months "
    "into itself just keep kind know knowledge large last later least less like likely little long look looking lots "
    "made make makes making many maybe might more most much must need needed needs never next nice none nothing often "
    "once only onto open other others over part parts people person place plus please possible preferred "
    "prefer project "
    "projects provide provided rather really require required requirements requirement right same say "
    "several shall short "
    "should show simple since skills skill small some someone something soon still strong student students such take "
    "task tasks team than thank that their them then there these they thing things think this those three through time "
    "times today together tool tools toward turn under until upon using used uses very want wants well were what when "
    "where whether which while will with within without word work worked working works would year years your yours "
    "you'll we're we'll ability basic clear comfortable excellent ideal ideally interest interested interns intern "
    "internship micro-internship opportunity position posting role include includes including help helping final fixed "
    "paid pay remote remotely deliver deliverable deliverables deadline finish finished start starts understand "
    "understanding useful learn learning company organization office host send currently about bonus experienced "
    "proficient proficiency fluency asset candidate candidates apply application join based related equivalent degree "
    "major ready willing per own use end new our half page pages two ten eight twelve twenty thirty".split()
)

_TABLE = """
Python
Java
JavaScript: js, node, node.js, es6
TypeScript: ts
React: react.js, reactjs
HTML: html5
CSS: css3, sass, scss
SQL: mysql, postgresql, postgres, sqlite
R programming: r studio, rstudio, tidyverse, ggplot2
C++: cpp
C#: c sharp, .net
PHP
Swift
Kotlin
MATLAB
Stata
SPSS
SAS
Excel: microsoft excel, ms excel, pivot tables, vlookup
Google Sheets
spreadsheets: spreadsheet, excel, google sheets
Word: microsoft word, ms word
PowerPoint: google slides, slide deck
Google Docs: google workspace, g suite
Microsoft Office: ms office, office 365
Tableau
Power BI
data analysis: analyzed data, data analytics, analysed data, analyze data, analyse data
data entry: entered data
data cleaning: cleaned data, clean data, data wrangling
data visualization: dashboard, dashboards, charts
statistics: statistical
machine learning: scikit-learn, tensorflow, pytorch
survey design: surveys, survey, questionnaire
Git: github, gitlab, version control
Linux: unix, bash
Docker
AWS: amazon web services
Figma
Canva
Photoshop: adobe photoshop
Illustrator: adobe illustrator
InDesign: adobe indesign
Adobe Creative Suite: creative cloud, photoshop, indesign
Premiere: premiere pro, final cut, davinci resolve
video editing: edited videos, edited video, video production
photography: photographed, photos
graphic design: designed flyers, designed posters, designed logos
UX: user experience, usability, user testing, ux design
wireframes: wireframing, mockups, prototypes
WordPress
Wix
Squarespace
Shopify
SEO: search engine optimization
Google Analytics
Mailchimp: newsletter, newsletters
HubSpot
Salesforce: crm
social media: instagram, tiktok, facebook, twitter, linkedin posts
content creation: blog posts, content
copywriting: copy, wrote copy
writing: wrote, written
editing: edited, proofreading, proofread, copyediting
research: researched, literature review
market research: competitor analysis
interviewing: interviewed, interviews
public speaking: presented, presentations, presentation
customer service: customers, guests, clients
sales: sold, upselling
event planning: planned events, organized events, events
scheduling: scheduled, schedules
inventory: restocked, stock
bookkeeping: accounting, quickbooks
budgeting: budget, budgets
fundraising: raised, fundraiser
grant writing: grants
project management: managed projects, trello, asana, jira
Trello
Asana
Slack
Notion
Airtable
Zoom
tutoring: tutored, tutor, tutors
teaching: taught, lessons
translation: translated, interpreting, interpreted
Spanish
French
German
Chinese: mandarin, cantonese
Vietnamese
Arabic
Korean
Japanese
Portuguese
Russian
Hindi
American Sign Language: asl, sign language
volunteer coordination: coordinated volunteers
food safety: servsafe, food handler
first aid: cpr
lab techniques: pipetting, titration, pcr, microscopy
GIS: arcgis, qgis
CAD: autocad, solidworks, fusion 360
3D printing
Arduino: raspberry pi
gardening: planted, garden
child care: childcare, babysitting, babysat
nursing: patients, patient care
accessibility: wcag, alt text
documentation: documented, guide, manual
"""


def _read(table: str) -> dict[str, tuple[str, ...]]:
    skills = {}
    for line in table.strip().splitlines():
        term, _, aliases = line.partition(":")
        skills[term.strip()] = tuple(alias.strip() for alias in aliases.split(",") if alias.strip())
    return skills


SKILLS = _read(_TABLE)
