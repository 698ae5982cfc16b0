"""Pages for people: what this is, and what each kind of refusal means. No script, no foreign host."""

from html import escape
from urllib.parse import parse_qs

from gateway.answers import Answer, Asked, page_answer
from gateway.docs import template
from gateway.openapi.source import MergedDocument
from gateway.words import LANGUAGE_NAMES, WORDS
from kit.problems import LANGUAGES, Language, NotFound


class Pages:
    def __init__(self, document: MergedDocument) -> None:
        self._document = document
        self._page = template("page.html")

    async def home(self, asked: Asked) -> Answer:
        language = language_asked(asked)
        words = WORDS[language]
        cards = "".join(
            f'<li><h2><a href="{card["address"]}">{escape(card["title"])}</a></h2><p>{escape(card["text"])}</p></li>'
            for card in words["cards"]
        )
        lead = f'<p class="lead">{escape(words["lead"])}</p>'
        content = f'<h1>{escape(words["heading"])}</h1>{lead}<ul class="cards">{cards}</ul>'
        return self.answer(asked, language, words["name"], words["lead"], content)

    async def problem_list(self, asked: Asked) -> Answer:
        await self._document.fresh()
        language = language_asked(asked)
        words = WORDS[language]
        items = "".join(
            f'<li><h2><a href="/problems/{slug}?lang={language}"><code>{slug}</code></a></h2>'
            f"<p>{problem['status']} · {escape(problem['title'][language])}</p></li>"
            for slug, problem in self._document.problems.items()
        )
        content = f'<h1>{escape(words["problem_list"])}</h1><ul class="cards">{items}</ul>'
        return self.answer(asked, language, words["problem_list"], words["problem_lead"], content)

    async def problem(self, asked: Asked) -> Answer:
        """Return the page that `type` of a problem document points to."""
        slug = asked.path.rpartition("/")[2]
        if slug not in self._document.problems:
            await self._document.fresh()
        problem = self._document.problems.get(slug)
        if problem is None:
            raise NotFound
        language = language_asked(asked)
        words = WORDS[language]
        others = "".join(
            f'<dd lang="{other}">{escape(problem["title"][other])}</dd>' for other in LANGUAGES if other != language
        )
        title = problem["title"][language]
        content = (
            f'<h1>{escape(title)}</h1><p class="lead">{escape(words["problem_lead"])}</p><dl>'
            f"<dt>{words['status']}</dt><dd>{int(problem['status'])}</dd>"
            f"<dt>{words['code']}</dt><dd><code>{escape(slug)}</code></dd>"
            f"<dt>{words['meaning']}</dt><dd>{escape(title)}</dd>{others}"
            f"<dt>{words['address']}</dt><dd><code>/problems/{escape(slug)}</code></dd></dl>"
            f'<p>{escape(words["help"])} <a href="/problems?lang={language}">{escape(words["problem_list"])}</a></p>'
        )
        return self.answer(asked, language, f"{words['problem']} · {title}", title, content)

    def answer(self, asked: Asked, language: Language, title: str, summary: str, content: str) -> Answer:
        """Return `content` (markup) under the frame that all pages share."""
        words = WORDS[language]
        current = {language: ' aria-current="true"'}
        links = "".join(
            f'<li><a href="{escape(asked.path)}?lang={other}" hreflang="{other}" lang="{other}"'
            f"{current.get(other, '')}>{LANGUAGE_NAMES[other]}</a></li>"
            for other in LANGUAGES
        )
        html = self._page.substitute(
            language=language,
            title=escape(title),
            summary=escape(summary),
            skip=escape(words["skip"]),
            name=escape(words["name"]),
            languages=escape(words["languages"]),
            links=links,
            content=content,
            footer=escape(words["footer"]),
        )
        return page_answer(html, language)


def language_asked(asked: Asked) -> Language:
    """Return the language of `?lang=`, where it names one of ours, else the header's."""
    wanted = parse_qs(asked.query.decode("ascii")).get("lang", [""])[0]
    return next((language for language in LANGUAGES if language == wanted), asked.language)
