// Turns physical CSS (left, right) into logical CSS (inline-start, inline-end): one sheet serves both directions.
import postcss from "postcss";

const SIDES = { left: "inline-start", right: "inline-end" };
const RENAMED = {
  "border-top-left-radius": "border-start-start-radius",
  "border-top-right-radius": "border-start-end-radius",
  "border-bottom-left-radius": "border-end-start-radius",
  "border-bottom-right-radius": "border-end-end-radius",
};
for (const [side, logical] of Object.entries(SIDES)) {
  RENAMED[side] = `inset-${logical}`;
  RENAMED[`margin-${side}`] = `margin-${logical}`;
  RENAMED[`padding-${side}`] = `padding-${logical}`;
  RENAMED[`border-${side}`] = `border-${logical}`;
  for (const part of ["width", "color", "style"]) {
    RENAMED[`border-${side}-${part}`] = `border-${logical}-${part}`;
  }
}

const FOUR_SIDED = /^(margin|padding|border-width|border-color|border-style)$/;
// What a mirrored script cannot decide: reported, and settled by hand in ../static/css/direction.css.
const BY_HAND = /^(background-position|transform|transform-origin|clip-path)$/;

function words(value) {
  const found = [];
  let depth = 0;
  let word = "";
  for (const char of `${value} `) {
    if (char === "(") depth += 1;
    if (char === ")") depth -= 1;
    if (char === " " && depth === 0) {
      if (word) found.push(word);
      word = "";
    } else word += char;
  }
  return found;
}

function splitSides(declaration) {
  const [top, right, bottom, left] = words(declaration.value);
  if (left === undefined || left === right) return false;
  const [, base, part = ""] = /^(margin|padding|border)(-.+)?$/.exec(declaration.prop);
  for (const [side, value] of [["top", top], ["inline-end", right], ["bottom", bottom], ["inline-start", left]]) {
    declaration.cloneBefore({ prop: `${base}-${side}${part}`, value });
  }
  declaration.remove();
  return true;
}

export function toLogical(css) {
  const root = postcss.parse(css);
  const byHand = [];
  let changed = 0;
  root.walkDecls((declaration) => {
    const { prop, value } = declaration;
    if (RENAMED[prop]) {
      declaration.prop = RENAMED[prop];
      changed += 1;
    } else if (["text-align", "float", "clear"].includes(prop) && /^(left|right)$/.test(value)) {
      const end = value === "left" ? "start" : "end";
      declaration.value = prop === "text-align" ? end : `inline-${end}`;
      changed += 1;
    } else if (FOUR_SIDED.test(prop)) {
      if (splitSides(declaration)) changed += 1;
    } else if (BY_HAND.test(prop) && /left|right|translate|rotate|polygon/.test(value)) {
      byHand.push(`${declaration.parent.selector} { ${prop}: ${value} }`);
    }
  });
  return { css: root.toString(), changed, byHand };
}

// What our pages say once for all of them (the font), what print.css replaces, and what was for Internet Explorer.
export function withoutRepetition(css) {
  const root = postcss.parse(css);
  root.walkAtRules("media", (rule) => {
    if (/[\0\uFFFD]|\\0|-ms-high-contrast: active\),\(-ms/.test(rule.params) || rule.params.trim() === "print") rule.remove();
  });
  root.walkDecls(/^(font-family|-webkit-font-smoothing|-moz-osx-font-smoothing|-ms-.*)$/, (declaration) => declaration.remove());
  root.walkRules((rule) => {
    if (rule.nodes.length === 0) rule.remove();
  });
  root.walkAtRules("media", (rule) => {
    if (rule.nodes.length === 0) rule.remove();
  });
  return root.toString();
}
