// What is wrong on the page as it stands, each as one line of text. Called with the page's language.
(language) => {
  const faults = [];
  const ARABIC = /[\u0621-\u064a]/;
  const ARABIC_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/;
  const KEY = /(?<![\w@./-])[a-z][a-z_]*(?:\.[a-z_][a-z0-9_]*)+(?![\w@/-])/;
  // Kinds of files, units and numbers of requests are written in Latin letters in Arabic, too.
  const LATIN = /(?<![\w.])(?!(?:PDF|CSV|JPEG|PNG|HEIC|KB|MB|API|JSON|OpenAPI)(?!\w)|[A-Z]{2}\/\d)[A-Za-z]{2,}/;
  const OTHERS = `bdi, [dir="ltr"], [dir="auto"], code, kbd, script, style, noscript, [lang]:not([lang="${language}"])`;
  const ATTRIBUTES = ["aria-label", "title", "alt", "placeholder"];
  const root = document.documentElement;

  const where = (element) => {
    const name = element.id ? `#${element.id}` : `.${[...element.classList].join(".")}`;
    return `<${element.tagName.toLowerCase()} ${name}>`;
  };
  const isSeen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== "hidden";
  };
  const checkWords = (shown, element) => {
    const text = shown.replace(/\u2068[^\u2069]*\u2069/g, ""); // what a sentence isolates is data, too
    if (ARABIC_DIGITS.test(text)) faults.push(`Arabic-Indic digits: ${text}`);
    if (KEY.test(text) && !element.closest("code")) faults.push(`a key for words: ${text}`);
    if (element.closest(OTHERS)?.closest("body")) return;
    if (language === "en" && ARABIC.test(text)) faults.push(`Arabic words: ${text} in ${where(element)}`);
    if (language === "ar" && LATIN.test(text)) faults.push(`Latin words: ${text} in ${where(element)}`);
  };

  if (root.lang !== language) faults.push(`lang is ${root.lang}`);
  if (root.dir !== { ar: "rtl", en: "ltr" }[language]) faults.push(`dir is ${root.dir}`);
  checkWords(document.title.replace(/^[A-Z]{2}\/\d+\/\d+/, ""), document.head);

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const element = walker.currentNode.parentElement;
    if (!text || element.closest("script, style, noscript")) continue;
    checkWords(text, element);
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < 16 && isSeen(element)) faults.push(`text of ${size} px: ${text.slice(0, 40)} in ${where(element)}`);
  }
  for (const name of ATTRIBUTES) {
    for (const element of document.body.querySelectorAll(`[${name}]`)) checkWords(element.getAttribute(name), element);
  }

  for (const field of document.querySelectorAll("input, select, textarea")) {
    if (field.type === "hidden") continue;
    if (!field.labels?.length && !field.getAttribute("aria-label")) faults.push(`no label: ${where(field)}`);
  }

  // A link in the run of a sentence is as tall as its line; everything else is pressed with a thumb.
  const inSentence = (link) => link.tagName === "A" && getComputedStyle(link).display === "inline"
    && [...link.parentElement.childNodes].some((one) => one !== link && one.textContent.trim());
  const isAside = (element) => element.matches(".govuk-skip-link, .default-button") || element.closest("[hidden], dialog:not([open])");
  const LEAST = 43.5; // 44 but for rounding
  for (const target of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
    if (!isSeen(target) || isAside(target) || inSentence(target)) continue;
    // A link that stands for its card is as large as the card.
    const box = (target.matches(".card__link") ? target.closest(".card") : target).getBoundingClientRect();
    const narrow = target.tagName !== "A" && box.width < LEAST;
    if (box.height < LEAST || narrow) {
      const size = `${Math.round(box.width)}×${Math.round(box.height)}`;
      faults.push(`target of ${size} px: ${where(target)} ${target.innerText?.trim().slice(0, 40) ?? ""}`);
    }
  }
  return [...new Set(faults)];
}
