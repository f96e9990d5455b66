"""Every module that declares tables: importing this makes `Base.metadata` whole."""

from lti_tool.assessment import models as assessment
from lti_tool.db import Base
from lti_tool.gradebook import models as gradebook
from lti_tool.launch import models as launch
from lti_tool.passback import models as passback
from lti_tool.registration import models as registration
from lti_tool.roster import models as roster
from lti_tool.web import models as web

MODULES = (assessment, gradebook, launch, passback, registration, roster, web)

# Whole, because every module above has been imported.
METADATA = Base.metadata
