"""What is measured on a page as the browser laid it out."""

from typing import Any

from playwright.sync_api import Locator, Page

CONTRASTS = """() => {
  const numbers = text => (text.match(/rgba?\\([^)]*\\)/g) || []).map(c => c.match(/[\\d.]+/g).map(Number));
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (one, two) => {
    const [low, high] = [light(one), light(two)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const gradient = style.backgroundImage === 'none' ? [] : numbers(style.backgroundImage);
      if (gradient.length) return gradient;
      const [colour] = numbers(style.backgroundColor);
      if (colour && (colour.length < 4 || colour[3] === 1)) return [colour];
    }
    return [[255, 255, 255]];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || !element.getClientRects().length) continue;
    const [colour] = numbers(getComputedStyle(element).color);
    found.push({text, ratio: Math.min(...behind(element).map(one => ratio(colour, one)))});
  }
  return found;
}"""
UNLABELLED = """() => [...document.querySelectorAll('input:not([type=hidden]), textarea')].filter(field =>
  ![...field.labels].some(label => label.innerText.trim())
  || (field.type === 'radio' && !field.closest('fieldset').querySelector('legend').innerText.trim())
).map(field => field.outerHTML)"""
SMALL = """() => [...document.querySelectorAll('a, button, textarea, label:has(input)')].filter(target => {
  const {width, height} = target.getBoundingClientRect();
  return width < 44 || height < 44;
}).map(target => target.outerHTML)"""
BROKEN_REFERENCES = """() => [
    ...document.querySelectorAll('[aria-describedby], [aria-labelledby], label[for], a[href^="#"]')]
  .flatMap(one => ['aria-describedby', 'aria-labelledby', 'for', 'href'].flatMap(name =>
    (one.getAttribute(name) || '').split(' ').filter(Boolean).map(id => id.replace('#', ''))
      .filter(id => name !== 'href' || one.getAttribute('href').startsWith('#'))))
  .filter(id => !document.getElementById(id))"""
DUPLICATES = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place);
}"""


def widest(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def faint(page: Page, least: float = 4.5) -> list[Any]:
    """The texts whose contrast with what is behind them is too low."""
    found = page.evaluate(CONTRASTS)
    assert found
    return [one for one in found if one["ratio"] < least]


def flaws(page: Page) -> dict[str, list[Any]]:
    """Everything that makes a page hard to use for somebody: empty where there is nothing."""
    headings = page.evaluate("[...document.querySelectorAll('h1')].length")
    found = {
        "faint": faint(page),
        "unlabelled": page.evaluate(UNLABELLED),
        "small": page.evaluate(SMALL),
        "references": page.evaluate(BROKEN_REFERENCES),
        "duplicates": page.evaluate(DUPLICATES),
        "headings": [] if headings == 1 else [headings],
        "wide": [widest(page)] if widest(page) > 0 else [],
        "untitled": [] if page.title() else ["no title"],
    }
    return {name: flaw for name, flaw in found.items() if flaw}


def focused(page: Page, attribute: str) -> str | None:
    """An attribute of the element that has the focus."""
    found = page.evaluate("name => document.activeElement && document.activeElement.getAttribute(name)", attribute)
    return None if found is None else str(found)


def follow(target: Locator) -> None:
    """Click on what leads to another page, and wait until that one is there."""
    with target.page.expect_navigation():
        target.click()
