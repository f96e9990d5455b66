"""What a module is made of: frozen values that templates show as they are.

A name that ends in `_html` holds safe HTML, rendered from Markdown when the files were read. The ones marked
*inline*
hold no block element, so that they may stand in a label, a legend or a list item. Lesson and asset links are
addresses only after `rules.place_links`.
"""

from lti_tool.content.catalog.activities import (
    Activity,
    FormActivity,
    MarkActivity,
    MarkPart,
    SortActivity,
    SortChoice,
    SortItem,
)
from lti_tool.content.catalog.artefact import Annotation, Artefact, ArtefactKind, Exemplar
from lti_tool.content.catalog.check import (
    Check,
    Option,
    Question,
)
from lti_tool.content.catalog.checks import CheckKind, TextCheck, Wording
from lti_tool.content.catalog.module import (
    Catalogue,
    Lesson,
    Module,
    Outcome,
    Source,
    Statement,
)
from lti_tool.content.catalog.parts import (
    Field,
    FieldInput,
    Part,
    PartKind,
    group_fields,
)
from lti_tool.content.catalog.practice import (
    EndingKind,
    ModelText,
    RankActivity,
    RankItem,
    RecordActivity,
    ReviewPoint,
    RewriteActivity,
    ScaleActivity,
    ScaleLevel,
    ScaleModel,
    ScenarioActivity,
    Scene,
    SceneChoice,
)
from lti_tool.content.catalog.remark import Remark
from lti_tool.content.catalog.scope import (
    Scope,
    ScopeAdvice,
    ScopeExample,
    ScopeFault,
    ScopeField,
    ScopePolicy,
    ScopeTemplate,
    ScopeWords,
)

__all__ = [
    "Activity",
    "Annotation",
    "Artefact",
    "ArtefactKind",
    "Catalogue",
    "Check",
    "CheckKind",
    "EndingKind",
    "Exemplar",
    "Field",
    "FieldInput",
    "FormActivity",
    "Lesson",
    "MarkActivity",
    "MarkPart",
    "ModelText",
    "Module",
    "Option",
    "Outcome",
    "Part",
    "PartKind",
    "Question",
    "RankActivity",
    "RankItem",
    "RecordActivity",
    "Remark",
    "ReviewPoint",
    "RewriteActivity",
    "ScaleActivity",
    "ScaleLevel",
    "ScaleModel",
    "ScenarioActivity",
    "Scene",
    "SceneChoice",
    "Scope",
    "ScopeAdvice",
    "ScopeExample",
    "ScopeFault",
    "ScopeField",
    "ScopePolicy",
    "ScopeTemplate",
    "ScopeWords",
    "SortActivity",
    "SortChoice",
    "SortItem",
    "Source",
    "Statement",
    "TextCheck",
    "Wording",
    "group_fields",
]
