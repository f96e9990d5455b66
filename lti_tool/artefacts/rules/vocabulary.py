# ruff: noqa: SIM905 - long lists of words read better as text
"""Words that the rules know. A verb is given by its base form; the others follow, or stand in IRREGULAR."""

HEADINGS = {
    "education": "education|academics|academic background|academic history|educational background|schooling|"
    "qualifications|degrees",
    "experience": "experience|experiences|employment|work|work history|employment history|internships|internship|jobs|"
    "professional background|career history|positions|research|teaching|military service",
    "activities": "activities|volunteering|volunteer|volunteer work|service|community service|leadership|involvement|"
    "extracurriculars|extracurricular activities|extracurricular|clubs|organizations|organisations|memberships|"
    "affiliations|community involvement|community engagement|student organizations|athletics|sports|engagement|"
    "outreach|student activities|campus involvement|community",
    "projects": "projects|project work|portfolio",
    "skills": "skills|languages|language|language skills|tools|technologies|software|competencies|core competencies|"
    "proficiencies|programming languages|computer skills|abilities|strengths|areas of expertise|expertise",
    "awards": "awards|honors|honours|scholarships|achievements|accomplishments|prizes|distinctions|recognition",
    "courses": "coursework|courses|training|certifications|certificates|certification|licenses|licences",
    "summary": "summary|profile|objective|career summary|career objective|summary of qualifications|"
    "professional summary|personal statement|about|about me|qualifications summary|highlights|statement",
    "other": "interests|hobbies|references|contact|contact information|contact details|contact info|"
    "personal information|personal details|publications|presentations|conferences|additional information|other|links|"
    "patents|exhibitions|performances",
}
HEADING_OF = {phrase: key for key, phrases in HEADINGS.items() for phrase in phrases.split("|")}
# Words that may stand before a known heading without making it unusual.
MODIFIERS = frozenset(
    "relevant related selected additional other key professional academic technical work working volunteer leadership "
    "research teaching campus community personal class course school student college university internship industry "
    "field laboratory lab clinical military summer part-time full-time recent current previous independent group team "
    "creative design software computer programming soft hard it foreign extracurricular extra-curricular co-curricular "
    "employment career high classroom freelance customer and international core legal engineering coding data science "
    "business marketing nursing healthcare retail hospitality art arts language other/additional main".split()
)

VERBS = frozenset(
    "achieve act adapt add address adjust administer advertise advise advocate aid align allocate analyze analyse "
    "animate answer apply appoint approve arrange assemble assess assign attain attend audit author automate award "
    "balance batch begin bake book boost brainstorm brew brief bring broaden broker budget build buy calculate "
    "calibrate call calm campaign captain care carry cast catalog catalogue catch categorize celebrate chair champion "
    "change chart check choose chop clarify classify clean clear climb close coach code collaborate collate collect "
    "combine comfort command communicate compare compete compile complete compose compute conceive conceptualize "
    "conduct configure connect conserve consolidate construct consult contact contribute control convert convey "
    "convince cook coordinate copy-edit correct correspond count counsel cover craft create critique cultivate "
    "curate cut dance deal debate debug decide decorate decrease defend define delegate deliver demonstrate deploy "
    "describe design detect determine develop devise diagnose diagram digitize digitise direct discover discuss "
    "dispatch dispense display dissect distribute diversify document donate double draft dramatize draw drive earn "
    "edit educate elect elevate eliminate embed empower empty enable encourage enforce engage engineer enhance enlist "
    "enrich enroll ensure enter entertain equip escort establish estimate evaluate examine exceed execute exhibit "
    "expand expedite experiment explain explore expose extend extract fabricate facilitate familiarize farm fashion "
    "feature feed fetch field file fill film filter finalize finance find finish fit fix fold follow forecast "
    "forge form formulate forward foster found frame fulfill fund furnish gain gather generate give glue grade graph "
    "greet grind grow guard guide handle harvest head heat help highlight hike hire hold host identify illustrate "
    "implement import improve improvise increase index influence inform initiate innovate input inquire inspect "
    "inspire install institute instruct integrate interact interpret interview introduce invent inventory invest "
    "investigate invite issue join judge juggle justify keep knit label launch lay lead learn lecture level leverage "
    "liaise lift list listen litigate load lobby locate log lower maintain make manage manufacture map mark market "
    "master maximize measure mediate meet mentor merge migrate mill minimize mix mobilize model moderate modernize "
    "modify monitor motivate mount move mow multiply narrate navigate negotiate net normalize notify nominate "
    "nurture observe obtain offer officiate onboard open operate optimize optimise orchestrate order organize organise "
    "orient originate outline overhaul oversee own pack package paint participate partner patch pay perform "
    "persuade photograph pick pilot pioneer pipette pitch place plan plant play plot polish populate post "
    "pour practice "
    "practise predict prepare prescribe present preserve press prevent price print prioritize process procure produce "
    "program project promote proofread propose protect prototype prove provide prune publicize publish pull purchase "
    "push put qualify quantify query question quote raise rank rate reach read realize rearrange reassemble rebuild "
    "receive recite recognize recommend reconcile reconstruct record recover recruit recycle redesign reduce "
    "reengineer "
    "refactor referee refer refine refinish reform refresh refurbish register regulate rehearse reinforce relate "
    "relay remodel remove render renew renovate reorganize repair replace replicate reply report represent reproduce "
    "rescue research reserve reset reshape resolve respond restock restore restructure retain retrieve return revamp "
    "reverse review revise revitalize revive rewrite ride ring roast rotate route run safeguard sand sample save scale "
    "scan schedule score screen script scrub sculpt search secure select sell send separate serve service set sew "
    "shadow shape share shelve shift ship shoot shop shorten shovel show sign simplify simulate sing sketch solder "
    "solicit solve sort source spark speak spearhead specialize specify sponsor spot spread staff stage standardize "
    "start steer stock stop store strategize streamline strengthen structure study style submit succeed suggest "
    "summarize summarise supervise supply support surpass survey sustain sweep swim switch synthesize tabulate tailor "
    "take talk tally target teach tend test text think thread time track trade train transcribe transfer transform "
    "translate transmit transport travel treat triage trim triple troubleshoot tune turn tutor type uncover "
    "unify unite "
    "unload unpack update upgrade upload upsell use utilize validate value verify view visit visualize volunteer wash "
    "watch water weave weed weigh weld welcome widen win wipe wire wireframe withdraw work wrap write yield "
    "accompany accelerate accommodate accumulate acquire activate advance amplify anchor annotate anticipate appraise "
    "archive articulate assist attract authenticate authorize bag benchmark blend bridge bundle care cashier "
    "centralize certify characterize circulate cite co-found co-lead co-author co-write co-host co-organize codify "
    "color commission compost conclude confirm consider contract coordinate cross-train crop cycle de-escalate decode "
    "deduce demo depict derive descale disassemble disinfect dismantle disseminate dust emcee encode endorse exchange "
    "excavate fact-check fashion fly forage fundraise garden grill groom hand haul hem host iterate jump-start lace "
    "land log maneuver mend mint mock moderate mulch narrow nurse outfit outperform overcome pair parse perfect plate "
    "plow preprocess prep profile prototype quadruple rally re-shelve rebrand rake redirect remind reshelve restaff "
    "rephotograph reword rig role-play sanitize sand seal seat seed self-publish self-teach sequence ship-check sift "
    "slash slice soothe splice sterilize stitch subtitle swap tag tape tidy topped tow transplant tweet uphold usher "
    "vaccinate vet voice waitress wax winterize zone "
    "abolish accomplish accredit acknowledge adopt alert alphabetize alter amend announce apportion approach "
    "arbitrate ask assure attach await bandage bathe beautify befriend braid broil buff burp caddy caption carve "
    "cater caulk chaperone chauffeur choreograph coax code-review commemorate commend compensate comply compress "
    "condense console contrast convene converse crochet customise customize de-ice debrief decant decipher "
    "declutter deep-clean defrost defuse demolish deter dictate differentiate dilute disclose discourage disinfest "
    "distill distinguish divert divide drain drape dry economize elaborate elicit emulate enact encrypt enlarge "
    "entrust enumerate erect escalate evacuate exert expunge extinguish extrapolate fasten fertilize fine-tune "
    "flatten flip foresee freeze fry galvanize glean govern graft grate gut handcraft hoist hull hydrate illuminate "
    "imagine immunize impart impress inaugurate incorporate incubate induct infer inflate inject inoculate inscribe "
    "insert insulate insure intercept intubate isolate itemize jot kiln knead ladle laminate lather lengthen lessen "
    "liberate localize love lubricate magnify manipulate marshal memorize micromanage mop muck muster neutralize "
    "notarize oppose outsource overlay pave peel photocopy pickle pluck plug plumb postpone pound preheat preside "
    "pressure-wash prime probe proctor pronounce propagate propel puree quench raft ratify ration re-enter ream "
    "reap rebut recap reclaim recode reconfigure reconvene recount rectify redeem redefine redraft refill reformat "
    "refute regain rehabilitate reimagine reimburse reinvent reiterate relabel relieve relocate rely remedy "
    "remember reopen reorder repackage repaint rephrase repot require reschedule resize resole restart resurface "
    "resuscitate retool retouch retrain retrofit reunite reveal rewire rinse ripen rivet rototill rush salvage "
    "satisfy sauté scoop scour scrape scribe sear sharpen shear shine shred shuck sieve simmer siphon skim smooth "
    "snap soak sow spar spay spot-check sprinkle squeegee stabilize staple starch steep stencil stimulate stir stow "
    "straighten stretch subcontract substitute summon surround suture swab swaddle sweeten synchronize systematize "
    "tape-record taste telephone thaw thin tighten tint tolerate toss transact trek trellis tuck twist typeset "
    "unclog underline underwrite unlock unveil urge vend veneer ventilate videotape wade wallpaper warm warn warp "
    "wean weatherize whisk whittle winnow wrangle wrestle zip".split()
)
# base → past
IRREGULAR = {
    "begin": "began", "bring": "brought", "build": "built", "buy": "bought", "catch": "caught", "choose": "chose",
    "cut": "cut", "deal": "dealt", "draw": "drew", "drive": "drove", "feed": "fed", "find": "found", "fit": "fit",
    "fly": "flew", "give": "gave", "grind": "ground", "grow": "grew", "hold": "held", "keep": "kept", "lay": "laid",
    "lead": "led", "make": "made", "meet": "met", "overcome": "overcame", "oversee": "oversaw", "pay": "paid",
    "put": "put", "read": "read", "rebuild": "rebuilt", "reset": "reset", "rewrite": "rewrote", "ride": "rode",
    "ring": "rang", "run": "ran", "sell": "sold", "send": "sent", "set": "set", "sew": "sewed", "shoot": "shot",
    "show": "showed", "sing": "sang", "speak": "spoke", "spread": "spread", "sweep": "swept", "swim": "swam",
    "take": "took", "teach": "taught", "think": "thought", "uphold": "upheld", "upsell": "upsold", "weave": "wove",
    "win": "won", "withdraw": "withdrew", "write": "wrote", "forecast": "forecast", "co-lead": "co-led",
    "co-write": "co-wrote", "undertake": "undertook", "become": "became", "go": "went", "do": "did", "get": "got",
    "come": "came", "understand": "understood", "cast": "cast", "broadcast": "broadcast", "self-teach": "self-taught",
    "proofread": "proofread", "quit": "quit", "stand": "stood", "spend": "spent", "hang": "hung", "knit": "knit",
    "hear": "heard", "leave": "left", "throw": "threw", "see": "saw", "wear": "wore", "wake": "woke",
    "tell": "told", "seek": "sought", "lend": "lent", "bind": "bound", "dig": "dug", "break": "broke",
    "bend": "bent", "split": "split", "shut": "shut", "hit": "hit", "light": "lit", "feel": "felt", "know": "knew",
    "eat": "ate", "sit": "sat", "say": "said", "breed": "bred", "spin": "spun", "stick": "stuck", "freeze": "froze",
    "fight": "fought", "rise": "rose", "tear": "tore", "lose": "lost", "hide": "hid", "strike": "struck",
    "strive": "strove", "wind": "wound", "blow": "blew", "bear": "bore", "shine": "shone", "withhold": "withheld",
    "partake": "partook", "let": "let", "sleep": "slept",
}  # fmt: skip
# Bases that are as often nouns at the start of a line ("Design intern", "Report on soil").
NOUNS_TOO = frozenset(
    "act address aid award balance batch book brief budget call campaign captain care cast catalog catalogue chair "
    "champion change chart check coach code command contact contract control cook counsel cover craft cut dance deal "
    "debate design diagram display document draft draw drive estimate exhibit experiment farm fashion feature feed "
    "field file film filter finance fit fix form frame fund grade graph guard guide hand harvest head heat help "
    "highlight hire host import increase index influence inventory issue judge label launch lead lecture level lift "
    "list load log map mark market master measure mentor mill mix model monitor move nurse offer order outline "
    "overhaul pack package paint partner patch pay pick pilot place plan plant play plot post practice present press "
    "price print process produce profile program project purchase query question quote rank rate reach record recruit "
    "report research reserve return review ride ring route run sample scale schedule score screen script search "
    "service set shape share shift ship shop show sign sketch solder source spark sponsor spot staff stage start "
    "stock store structure study style supply support survey switch tailor talk target test text thread time track "
    "trade train transfer transport travel treat trim tune turn tutor type update upgrade use value view visit voice "
    "volunteer watch water weld welcome win wire work yield "
    # people who do what the verb says: "Cashier at a garden center"
    "author caddy cashier chaperone chauffeur emcee host marshal proctor scribe usher waitress".split()
)
# Rather nouns at the start of a line: verbs only where something follows that it is done to ("Phone parents").
MOSTLY_NOUNS = frozenset(
    "bottle brush bus cap chat clip comb crate deposit dial dock dress drill dye e-mail email exercise fence fire "
    "flag focus format gauge gift glaze grease house invoice iron landscape leaflet link loan lock look mail mask "
    "match message milk mine nail name net oil pace paddle page park pass paste patrol pet phone pin pipe plane "
    "plaster pledge point pool portion pot proof prop provision pump punch quilt rack reel release rent repeat "
    "request roll rope round scaffold scout segment shelter shingle shuttle size slate space spice spray stack "
    "stain stake stamp steam strain strap stream strip sync tack tackle tan tie tile till tip top touch tour trace "
    "trail transition trap truck turf vacuum vote wait walk".split()
)
NOT_VERBS_IN_ED = frozenset(
    "advanced detailed skilled experienced dedicated motivated talented bed need seed speed feed weed detail-oriented "
    "team-oriented self-motivated varied limited united hundred red fluent-based biomed med assorted gifted seasoned "
    "shed sled exceed proceed succeed indeed embed passed-down organized-minded".split()
)
ADVERBS_TOO = frozenset(
    "also often regularly then now jointly once twice sometimes always weekly daily monthly".split()
)
DETERMINERS = frozenset(
    "the a an and all each every new our their its this these two three four five six seven eight nine ten up to out "
    "over about more weekly daily monthly with".split()
)
# Adjectives as well as adverbs: "Weekly reports", "Friendly service".
ADJECTIVES_IN_LY = frozenset(
    "daily weekly biweekly bi-weekly monthly quarterly yearly hourly nightly early friendly lively orderly timely "
    "elderly costly lovely likely only kindly scholarly motherly fatherly brotherly sisterly neighborly".split()
)
OBJECT_OPENERS = frozenset(
    "the a an all each every any some our their its his her my this these those new two three four five six seven "
    "eight nine ten eleven twelve fifteen twenty thirty forty fifty hundreds dozens several many up out over about "
    "around roughly nearly almost between more".split()
)
# What makes one noun of the word before ("Phone calls", "Records office").
COMPOUND_HEADS = frozenset(
    "call calls duty duties task tasks skills service services support experience responsibilities procedures "
    "operations desk counter office room shift shifts lines sales management planning development design training "
    "marketing writing analysis control entry maintenance preparation card cards tags tools systems campaigns "
    "etiquette payable receivable programs lists".split()
)
ROLE_NOUNS = frozenset(
    "assistant intern team lead leader manager coordinator worker work member officer club class committee department "
    "associate technician instructor teacher editor writer developer engineer student aide helper captain volunteer "
    "representative specialist clerk cashier staff chair director".split()
)
