"""HTTPS route on which marketers try the understanding of open answers (requirement S3)."""

from functions.survey.analyses import analyses_of
from functions.survey.analysis_models import AnalysesAnswer, AnalysesRequest, text_analysis
from loyalty.auth import Group, require_group
from loyalty.errors import ForbiddenError
from loyalty.http import answers, api, entry_point

app = api()


@app.post(
    "/surveys/analyses",
    operation_id="analyseTexts",
    summary="Try what open answers are understood to say",
    description="Sentiment, aspects, complaints, and the words that decided. Texts are neither stored nor logged.",
    tags=["surveys"],
    responses=answers(200, AnalysesAnswer, "What the texts say, in the order sent", ForbiddenError),
)
def analyse_texts(body: AnalysesRequest) -> AnalysesAnswer:
    """Say what texts say."""
    require_group(app.current_event.raw_event, Group.MARKETER)
    return AnalysesAnswer(analyses=tuple(text_analysis(each) for each in analyses_of(body.texts)))


handler = entry_point(app)
