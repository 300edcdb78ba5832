// src/server/score-worker.ts
import { workerData } from "node:worker_threads";

// src/builtins/choice.ts
import { Type as Type2 } from "typebox";

// src/answer/normalise.ts
function normaliseText(text2) {
  const folded = text2.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
  const unquoted = /^(["'“‘«])(.*)(["'”’»])$/.exec(folded)?.[2] ?? folded;
  return unquoted.replace(/[.,;:!?]{1,8}$/, "").trim();
}

// src/answer/place.ts
import { Type } from "typebox";

// src/answer/boxed.ts
var MAX_NESTING = 3;
var MAX_TEXT = 1e5;
function lastBoxed(text2) {
  let content = outermostLast(text2.length > MAX_TEXT ? text2.slice(-MAX_TEXT) : text2);
  for (let depth = 0; content !== void 0 && /^\s*\\f?box/.test(content); depth++) {
    if (depth === MAX_NESTING) return void 0;
    content = outermostLast(content);
  }
  return content;
}
function outermostLast(text2) {
  const first = text2.search(/\\(?:boxed|fbox)/);
  if (first < 0) return void 0;
  const open = [];
  let found;
  for (let index = first; index < text2.length; index++) {
    const character = text2[index];
    if (character === "\\") {
      const opened = openingBrace(text2, index);
      if (opened > 0) open.push({ start: opened + 1, boxed: true });
      index = opened > 0 ? opened : index + 1;
    } else if (character === "{") {
      open.push({ start: index + 1, boxed: false });
    } else if (character === "}") {
      const group = open.pop();
      if (group?.boxed === true) found = text2.slice(group.start, index);
    }
  }
  return found;
}
function openingBrace(text2, index) {
  const command = ["\\boxed", "\\fbox"].find((name) => text2.startsWith(name, index));
  if (command === void 0) return -1;
  let at = index + command.length;
  while (text2[at] === " " && at < index + 16) at++;
  return text2[at] === "{" ? at : -1;
}

// src/answer/place.ts
var AnswerFormat = Type.Union(
  [Type.Literal("boxed"), Type.Literal("answer_tag"), Type.Literal("last_line"), Type.Literal("any")],
  {
    description: "where the answer must stand; any when absent"
  }
);
function afterThinking(response) {
  const end = response.lastIndexOf("</think>");
  if (end >= 0) return response.slice(end + "</think>".length);
  const start = response.indexOf("<think>");
  return start >= 0 ? response.slice(0, start) : response;
}
function answerTag(text2) {
  const end = text2.lastIndexOf("</answer>");
  const start = end < 0 ? -1 : text2.lastIndexOf("<answer>", end);
  return start < 0 ? void 0 : text2.slice(start + "<answer>".length, end).trim();
}
function locateAnswer(response, format2 = "any") {
  const located = locateContent(response, format2);
  if (located === void 0) return void 0;
  const text2 = stripMarkup(located.text);
  return text2 === "" ? void 0 : { text: text2, place: located.place };
}
function locateContent(response, format2 = "any") {
  const text2 = afterThinking(response);
  const places = format2 === "any" ? ["answer_tag", "boxed", "last_line"] : [format2];
  for (const place of places) {
    const content = FINDERS[place](text2);
    if (content !== void 0) return content.trim() === "" ? void 0 : { text: content.trim(), place };
  }
  return void 0;
}
var FINDERS = {
  boxed: lastBoxed,
  answer_tag: (text2) => {
    const content = answerTag(text2);
    return content === void 0 ? void 0 : lastBoxed(content) ?? content;
  },
  last_line: lastLine
};
var MAX_LINE = 16e3;
function lastLine(text2) {
  const trimmed = text2.trimEnd();
  const line = trimmed.slice(Math.max(trimmed.lastIndexOf("\n") + 1, trimmed.length - MAX_LINE));
  let start = 0;
  for (const match of line.matchAll(/\banswer(?: is|:| =)(?: ?:)? ?/gi)) start = match.index + match[0].length;
  return line.slice(start);
}
var WRAPPERS = [
  /^\\(?:text|textbf|mathrm|mathbf|textit|mbox|texttt)\s?\{([^{}]*)\}$/,
  /^\$\$?([^$]*)\$\$?$/,
  /^\\\(([^\\]*)\\\)$/,
  /^\*\*([^*]*)\*\*$/,
  /^`([^`]*)`$/
];
function stripMarkup(text2) {
  let bare = text2.trim();
  for (let round = 0; round < 4; round++) {
    const inner = WRAPPERS.map((wrapper) => wrapper.exec(bare)?.[1]).find((content) => content !== void 0);
    if (inner === void 0) break;
    bare = inner.trim();
  }
  return bare.replace(/\\([%$&#_{} ])/g, "$1").trim();
}

// src/answer/render.ts
function inPlace(answer, format2 = "any") {
  if (format2 === "boxed") return `\\boxed{${answer.replace(/[%$&#_]/g, "\\$&")}}`;
  return format2 === "answer_tag" ? `<answer>${answer}</answer>` : answer;
}

// src/errors.ts
var VerifierError = class extends Error {
  code;
  constructor(code, message, options) {
    super(message, options);
    this.name = "VerifierError";
    this.code = code;
  }
};

// src/answer/truth.ts
function readTexts(raw, verifier) {
  const values = Array.isArray(raw) ? raw : typeof raw === "string" ? textArray(raw) ?? [unwrap(raw)] : [raw];
  const texts = values.map((value) => typeof value === "number" ? String(value) : value);
  const [first, ...others] = texts.filter((text2) => typeof text2 === "string" && text2.trim() !== "");
  if (first !== void 0 && others.length === texts.length - 1) return [first, ...others];
  const message = `Ground truth of "${verifier}" is ${String(JSON.stringify(raw)).slice(0, 120)}. It must be a text that is not empty, or an array of such texts of which any is right.`;
  throw new VerifierError("invalid_ground_truth", message);
}
function unwrap(text2) {
  const inner = /^\s*<answer>([\s\S]*)<\/answer>\s*$/.exec(text2)?.[1] ?? text2;
  return (/^\s*\\boxed\{([^{}]*)\}\s*$/.exec(inner)?.[1] ?? inner).trim();
}
function textArray(text2) {
  if (!/^\s*\[\s*"/.test(text2)) return void 0;
  try {
    const value = JSON.parse(text2);
    return Array.isArray(value) ? value : void 0;
  } catch {
    return void 0;
  }
}

// src/define-verifier.ts
import { Ajv } from "ajv";
var SHARED_PARAMETERS = [
  "is_training",
  "step",
  "total_steps",
  "image_path",
  "image_grid_thw",
  "verifier_style",
  "det_verifier_normalized",
  "det_reward_ratio",
  "coordinate_space",
  "response_space"
];
var NAME = /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/;
function defineVerifier(definition) {
  const { name, description, parameters: schema, components = [], metrics = [], gold } = definition;
  checkDefinition(definition);
  const readParameters = parameterReader(name, schema);
  const prepare = (raw) => {
    const parameters = readParameters(raw.parameters);
    return { ...raw, parameters, groundTruth: definition.groundTruth(raw.groundTruth, parameters) };
  };
  return Object.freeze({
    name,
    description,
    parameters: schema,
    components: Object.freeze([...components]),
    metrics: Object.freeze([...metrics]),
    verify: (input) => definition.verify(prepare(input)),
    ...gold === void 0 ? {} : { gold: (input) => gold(prepare(input)) }
  });
}
function checkDefinition(definition) {
  const { name, groundTruth, verify } = definition;
  if (typeof name !== "string" || !NAME.test(name)) {
    const message = `Verifier name ${JSON.stringify(name)} is not allowed. Use lower-case words joined by "-" or "_", such as "polygon-iou".`;
    throw new VerifierError("invalid_definition", message);
  }
  if (typeof groundTruth !== "function" || typeof verify !== "function") {
    throw new VerifierError("invalid_definition", `Verifier "${name}" needs the functions groundTruth and verify.`);
  }
}
function parameterReader(name, schema) {
  const declared = Object.keys(schema.properties ?? {});
  const check = compile(name, schema);
  return (raw) => {
    const parameters = isRecord(raw) ? withoutForeign(withoutNulls(raw), declared) : raw ?? {};
    if (check(parameters)) return parameters;
    const problems = describeErrors(check.errors ?? [], "verifier_parm");
    const known = declared.length === 0 ? "It takes no parameters." : `It knows: ${declared.join(", ")}.`;
    throw new VerifierError("invalid_parameters", `Parameters of verifier "${name}": ${problems}. ${known}`);
  };
}
function compile(name, schema) {
  try {
    return new Ajv({ allErrors: true, strict: false }).compile(schema);
  } catch (cause) {
    const message = `The parameter schema of verifier "${name}" does not compile. Write it with TypeBox's Type.Object.`;
    throw new VerifierError("invalid_definition", message, { cause });
  }
}
function describeErrors(errors, root) {
  const lines = errors.slice(0, 4).map((error) => {
    const parameters = error.params;
    const detail = parameters["additionalProperty"] ?? parameters["allowedValue"];
    return `${root}${error.instancePath} ${error.message ?? "is invalid"}${detail === void 0 ? "" : ` (${JSON.stringify(detail)})`}`;
  });
  return lines.join("; ");
}
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function withoutNulls(value) {
  const entries2 = Object.entries(value).filter(([, item]) => item !== null && item !== void 0);
  return Object.fromEntries(entries2.map(([key, item]) => [key, isRecord(item) ? withoutNulls(item) : item]));
}
function withoutForeign(value, declared) {
  const keep = ([key]) => declared.includes(key) || !SHARED_PARAMETERS.includes(key);
  return Object.fromEntries(Object.entries(value).filter(keep));
}

// src/builtins/choice.ts
var ChoiceParameters = Type2.Object(
  {
    answer_format: Type2.Optional(AnswerFormat),
    options: Type2.Optional(
      Type2.Array(Type2.String({ minLength: 1 }), { minItems: 2, maxItems: 26, description: "the texts of options A, B, C, ... in order" })
    )
  },
  { additionalProperties: false }
);
var LETTER = /^(?:option |choice )?(?:\(([a-z])\)|([a-z])\)|([a-z]))(?:$|[.:)] ?(.*)$| (.*)$)/;
var choice = defineVerifier({
  name: "choice",
  description: "One of several options, by its letter or its whole text.",
  parameters: ChoiceParameters,
  metrics: ["answered", "by_letter", "by_text"],
  groundTruth: (raw, { options }) => readOption(readTexts(raw, "choice")[0], options),
  verify: ({ response, groundTruth, parameters }) => {
    const located = locateAnswer(response, parameters.answer_format)?.text;
    const chosen = located === void 0 ? void 0 : parseChoice(located, parameters.options);
    const answered = chosen === void 0 ? 0 : 1;
    return {
      accuracy: chosen?.letter === groundTruth ? 1 : 0,
      format: answered,
      metrics: { answered, by_letter: chosen?.by === "letter" ? 1 : 0, by_text: chosen?.by === "text" ? 1 : 0 }
    };
  },
  gold: ({ groundTruth, parameters }) => inPlace(groundTruth.toUpperCase(), parameters.answer_format)
});
function readOption(truth, options) {
  const letter = parseChoice(truth, options)?.letter;
  if (letter !== void 0) return letter;
  const known = options === void 0 ? "a single letter" : `a letter up to ${letterAt(options.length - 1).toUpperCase()} or one of ${JSON.stringify(options)}`;
  throw new VerifierError("invalid_ground_truth", `Ground truth of "choice" is ${JSON.stringify(truth)}. It must be ${known}.`);
}
function letterAt(index) {
  return String.fromCharCode("a".charCodeAt(0) + index);
}
function parseChoice(answer, options) {
  const folded = normaliseText(answer);
  if (folded === "" || folded.length > 2e3) return void 0;
  const texts = (options ?? []).map(normaliseText);
  const same = texts.indexOf(folded);
  const lettered = LETTER.exec(folded);
  const letter = lettered?.[1] ?? lettered?.[2] ?? lettered?.[3];
  const rest = lettered?.[4] ?? lettered?.[5] ?? "";
  if (letter !== void 0 && isOffered(letter, options) && restAgrees(rest, letter, texts)) return { letter, by: "letter" };
  return same < 0 || texts.lastIndexOf(folded) !== same ? void 0 : { letter: letterAt(same), by: "text" };
}
function isOffered(letter, options) {
  return options === void 0 || letter.charCodeAt(0) - "a".charCodeAt(0) < options.length;
}
function restAgrees(rest, letter, texts) {
  return rest === "" || rest === texts[letter.charCodeAt(0) - "a".charCodeAt(0)];
}

// src/builtins/click.ts
import { pointInBox } from "@vtriune/iou";
import { Type as Type6 } from "typebox";

// src/answer/point.ts
import { Type as Type3 } from "typebox";

// src/answer/json.ts
var MAX_TEXT2 = 1e5;
var MAX_STARTS = 32;
function findJson(text2) {
  const tail = text2.slice(-MAX_TEXT2);
  const bare = withoutFence(tail);
  const found = [];
  let from = 0;
  for (let tries = 0; tries < MAX_STARTS; tries++) {
    const start = nextOpening(tail, from);
    if (start < 0) break;
    const region = regionAt(tail, start);
    const value = parseLenient(regionText(tail, start, region));
    if (value === void 0) {
      from = start + 1;
      continue;
    }
    found.push({ value, complete: region.complete, alone: region.complete && bare === tail.slice(start, region.end) });
    from = region.end;
  }
  return found;
}
function parseLenient(text2) {
  return parseStrict(text2) ?? parseStrict(pythonToJson(text2));
}
function parseStrict(text2) {
  try {
    const value = JSON.parse(text2);
    return value ?? void 0;
  } catch {
    return void 0;
  }
}
function withoutFence(text2) {
  return (/^\s*```(?:json)?\s([^`]*)```\s*$/.exec(text2)?.[1] ?? text2).trim();
}
function nextOpening(text2, from) {
  for (let index = from; index < text2.length; index++) if (text2[index] === "[" || text2[index] === "{") return index;
  return -1;
}
function regionText(text2, start, { complete, end, lastItem }) {
  if (complete) return text2.slice(start, end);
  return lastItem === start ? "" : `${text2.slice(start, lastItem)}]`;
}
function regionAt(text2, start) {
  let depth = 0;
  let lastItem = start;
  for (let index = start; index < text2.length; index++) {
    const character = text2[index];
    if (character === '"' || character === "'") index = skipString(text2, index);
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") {
      depth--;
      if (depth === 1 && character === "}") lastItem = index + 1;
      if (depth === 0) return { end: index + 1, complete: true, lastItem };
    }
  }
  return { end: text2.length, complete: false, lastItem };
}
function skipString(text2, start) {
  for (let index = start + 1; index < text2.length; index++) {
    if (text2[index] === "\\") index++;
    else if (text2[index] === text2[start]) return index;
  }
  return text2.length;
}
var LITERALS = { True: "true", False: "false", None: "null" };
function pythonToJson(text2) {
  const parts = [];
  let from = 0;
  for (let index = 0; index < text2.length; index++) {
    const quote = text2[index];
    if (quote !== '"' && quote !== "'") continue;
    const end = skipString(text2, index);
    parts.push(literalsToJson(text2.slice(from, index)));
    const body = text2.slice(index + 1, end);
    parts.push(quote === '"' ? `"${body}"` : JSON.stringify(body.replace(/\\(['"\\])/g, "$1")));
    index = end;
    from = end + 1;
  }
  parts.push(literalsToJson(text2.slice(from)));
  return parts.join("");
}
function literalsToJson(text2) {
  return text2.replace(/\b(?:True|False|None)\b/g, (literal) => LITERALS[literal] ?? literal).replaceAll("(", "[").replaceAll(")", "]").replace(/,(\s{0,16}[\]}])/g, "$1");
}

// src/answer/point.ts
var PointFormat = Type3.Union([Type3.Literal("answer_tag"), Type3.Literal("any")], {
  description: "where the point must stand; any when absent"
});
var NUMBER = String.raw`\s?(-?\d{1,8}(?:\.\d{1,12})?)\s?`;
var PAIR = new RegExp(String.raw`[([]${NUMBER},${NUMBER}[)\]]`, "g");
function locatePoint(response, format2 = "any") {
  const text2 = afterThinking(response);
  const tagged = answerTag(text2);
  if (tagged === void 0 && format2 === "answer_tag") return void 0;
  const place = (tagged ?? text2).slice(-1e4);
  const fromJson = findJson(place).map(({ value }) => pointOf(value)).filter((point) => point !== void 0);
  const points = fromJson.length > 0 ? fromJson : [...place.matchAll(PAIR)].map((match) => [Number(match[1]), Number(match[2])]);
  const [first] = points;
  return first !== void 0 && points.every(([x, y]) => x === first[0] && y === first[1]) ? first : void 0;
}
function pointOf(value) {
  if (Array.isArray(value)) {
    const items = value;
    const [x2, y2] = items;
    if (items.length === 1) return pointOf(x2);
    return items.length === 2 ? toPoint(x2, y2) : void 0;
  }
  if (typeof value !== "object" || value === null) return void 0;
  const { point_2d: point, point: bare, coordinate, x, y } = { ...value };
  return x === void 0 ? pointOf(point ?? bare ?? coordinate) : toPoint(x, y);
}
function toPoint(x, y) {
  const usable = (value) => typeof value === "number" && Math.abs(value) <= 1e7;
  return usable(x) && usable(y) ? [x, y] : void 0;
}

// src/detection/coordinates.ts
import { COORDINATE_SPACES, convertSpace, iou } from "@vtriune/iou";
import { Type as Type4 } from "typebox";
var Space = Type4.Unsafe(Type4.Enum([...COORDINATE_SPACES]));
var spaceParameters = {
  coordinate_space: Type4.Optional(
    Type4.Unsafe({ ...Space, description: "space of the ground truth; when absent nothing is checked or converted" })
  ),
  response_space: Type4.Optional(
    Type4.Unsafe({ ...Space, description: "space the response is asked to use; coordinate_space when absent" })
  )
};
var identity = (box) => box;
function spaceConverter(parameters, images) {
  const { coordinate_space: truth, response_space: response = truth } = parameters;
  if (truth === response || response === void 0) return { toTruth: identity, toResponse: identity };
  if (truth === void 0) {
    const message = `response_space is ${response}, but coordinate_space, the space of the ground truth, is not declared. Declare both, or neither.`;
    throw new VerifierError("invalid_parameters", message);
  }
  const size = sizeOf(images);
  const converter = {
    toTruth: (box) => convertSpace(box, { from: response, to: truth, size }),
    toResponse: (box) => convertSpace(box, { from: truth, to: response, size })
  };
  try {
    converter.toTruth([0, 0, 1, 1]);
    return converter;
  } catch (cause) {
    const message = `The response is in ${response} and the ground truth in ${truth}; converting needs the size of the image, and the request says ${JSON.stringify(images[0] ?? null)}. Send images[0] with width and height, and resized_width and resized_height for pixel_resized.`;
    throw new VerifierError("invalid_request", message, { cause });
  }
}
function sizeOf(images) {
  const [image] = images;
  if (image === void 0) return {};
  const { width, height, resized_width: resizedWidth, resized_height: resizedHeight } = image;
  return {
    width,
    height,
    ...resizedWidth === void 0 ? {} : { resizedWidth },
    ...resizedHeight === void 0 ? {} : { resizedHeight }
  };
}
var SLACK = 1.01;
function checkTruthSpace(boxes, space, images) {
  const extent = space === void 0 ? void 0 : extentOf(space, images);
  if (extent === void 0) return;
  const outside = boxes.find(
    ([x1, y1, x2, y2]) => Math.min(x1, y1) < -0.01 * extent.width || x2 > extent.width * SLACK || y2 > extent.height * SLACK
  );
  if (outside !== void 0) {
    const message = `Ground truth box [${outside.join(", ")}] lies outside of ${space} (0..${extent.width} x 0..${extent.height}). Declare the space the boxes are in as coordinate_space: ${COORDINATE_SPACES.join(", ")}.`;
    throw new VerifierError("invalid_ground_truth", message);
  }
  if (space === "norm_1000" && boxes.length > 0 && boxes.every((box) => Math.max(...box) <= 1)) {
    const message = `Every ground truth coordinate is at most 1, yet they are declared as norm_1000, first [${boxes[0]?.join(", ")}]. Declare norm_1 if they are fractions of the image.`;
    throw new VerifierError("invalid_ground_truth", message);
  }
}
function extentOf(space, images) {
  if (space === "norm_1") return { width: 1, height: 1 };
  if (space === "norm_1000") return { width: 1e3, height: 1e3 };
  const { width, height, resizedWidth, resizedHeight } = sizeOf(images);
  const known = space === "pixel_original" ? { width, height } : { width: resizedWidth, height: resizedHeight };
  return known.width === void 0 || known.height === void 0 ? void 0 : { width: known.width, height: known.height };
}
var MAX_COMPARED = 64;
function fitsAnotherSpace(job) {
  const written = job.written.slice(0, MAX_COMPARED);
  const truths = job.truths.slice(0, MAX_COMPARED);
  if (written.length === 0 || meanBestIou(job.converted.slice(0, MAX_COMPARED), truths) > 0.5) return false;
  const targets = job.truthSpace === void 0 ? COORDINATE_SPACES : [job.truthSpace];
  return targets.some(
    (to) => COORDINATE_SPACES.some((from) => from !== to && meanBestIou(tryConvert(written, from, { to, images: job.images }), truths) > 0.5)
  );
}
function tryConvert(boxes, from, target) {
  const known = [from, target.to].every((space) => extentOf(space, target.images) !== void 0);
  return known ? boxes.map((box) => convertSpace(box, { from, to: target.to, size: sizeOf(target.images) })) : [];
}
function meanBestIou(boxes, truths) {
  if (boxes.length === 0 || truths.length === 0) return 0;
  const best = truths.map((truth) => boxes.reduce((most, box) => Math.max(most, iou(box, truth)), 0));
  return best.reduce((sum2, value) => sum2 + value, 0) / truths.length;
}

// src/answer/boxes.ts
import { isValidBox } from "@vtriune/iou";
import { Type as Type5 } from "typebox";
var BoxFormat = Type5.Union([Type5.Literal("answer_tag"), Type5.Literal("json"), Type5.Literal("any")], {
  description: "where the boxes must stand; any when absent"
});
var MAX_COORDINATE = 1e7;
function locateBoxes(response, format2 = "any") {
  const text2 = afterThinking(response);
  const tagged = answerTag(text2);
  if (format2 === "answer_tag") return tagged === void 0 || !isSingleTag(text2) ? void 0 : readBoxes(tagged);
  if (format2 === "any") return readBoxes(tagged ?? text2);
  const boxes = readBoxes(text2);
  return boxes?.alone === true ? boxes : void 0;
}
function isSingleTag(text2) {
  return text2.indexOf("<answer>") === text2.lastIndexOf("<answer>") && text2.indexOf("</answer>") === text2.lastIndexOf("</answer>");
}
function readBoxes(text2) {
  const found = findJson(text2);
  const lists = found.filter(({ value }) => isBoxList(value));
  const list = lists.at(-1);
  if (list !== void 0) return toBoxes(list, Array.isArray(list.value) ? flatten(list.value) : []);
  const objects = found.filter(({ value }) => isBoxObject(value));
  const [first] = objects;
  if (first !== void 0)
    return toBoxes(
      { ...first, alone: first.alone && objects.length === 1 },
      objects.map(({ value }) => value)
    );
  return readPointPair(text2);
}
function isArray(value) {
  return Array.isArray(value);
}
function flatten(value) {
  if (isNumbers(value)) return [value];
  return value.flatMap((item) => isArray(item) && !isNumbers(item) ? item : [item]);
}
function isBoxList(value) {
  if (!Array.isArray(value)) return false;
  if (value.length === 0 || isNumbers(value)) return value.length === 0 || value.length === 4;
  return flatten(value).some((item) => isBoxObject(item) || Array.isArray(item) && isNumbers(item));
}
function isNumbers(value) {
  return value.length > 0 && value.every((item) => typeof item === "number");
}
function isBoxObject(value) {
  return isRecord2(value) && boxOf(value) !== void 0;
}
function isRecord2(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function boxOf(item) {
  return item["bbox_2d"] ?? item["bbox"] ?? item["box"];
}
function toBoxes(found, values) {
  const items = values.flatMap((value) => toLabelled(value) ?? []);
  return { items, malformed: values.length - items.length, complete: found.complete, alone: found.alone };
}
function toLabelled(value) {
  const box = isRecord2(value) ? boxOf(value) : value;
  if (!isValidBox(box) || box.some((coordinate) => Math.abs(coordinate) > MAX_COORDINATE)) return void 0;
  const label = isRecord2(value) ? value["label"] : void 0;
  return { box, label: typeof label === "string" && label.trim() !== "" ? label.trim().toLowerCase() : void 0 };
}
var NUMBER2 = String.raw`\s?(-?\d{1,8}(?:\.\d{1,8})?)\s?`;
var POINT_PAIR = new RegExp(String.raw`\(${NUMBER2},${NUMBER2}\),?\s?\(${NUMBER2},${NUMBER2}\)`, "g");
function readPointPair(text2) {
  const matches = [...text2.slice(-1e4).matchAll(POINT_PAIR)];
  const items = matches.flatMap((match) => toLabelled(match.slice(1, 5).map(Number)) ?? []);
  if (matches.length === 0) return void 0;
  return {
    items,
    malformed: matches.length - items.length,
    complete: true,
    alone: matches.length === 1 && matches[0]?.[0] === text2.trim()
  };
}

// src/detection/truth.ts
function readTruthBoxes(raw, verifier) {
  const text2 = typeof raw === "string" ? raw : JSON.stringify(raw);
  const found = text2 === void 0 ? void 0 : readBoxes(answerTag(text2) ?? text2);
  if (found !== void 0 && found.items.length > 0 && found.malformed === 0 && found.complete) return found.items;
  const shown = String(text2).slice(0, 120);
  const message = `Ground truth of "${verifier}" is ${shown}. It must be boxes with x1 <= x2 and y1 <= y2: [{"bbox_2d": [x1, y1, x2, y2], "label": "cat"}, ...], as JSON or text.`;
  throw new VerifierError("invalid_ground_truth", message);
}
function requireLabels(truths) {
  const labelled = truths.filter(({ label }) => label !== void 0).length;
  if (labelled !== 0 && labelled !== truths.length) {
    const message = `${truths.length - labelled} of ${truths.length} ground truth boxes have no label. Give all of them a label, or none.`;
    throw new VerifierError("invalid_ground_truth", message);
  }
  return { boxes: truths.map(({ box, label = "" }) => ({ box, label })), labelled: labelled > 0 };
}

// src/builtins/click.ts
var ClickParameters = Type6.Object({ ...spaceParameters, answer_format: Type6.Optional(PointFormat) }, { additionalProperties: false });
var click = defineVerifier({
  name: "click",
  description: "A point that must lie in the target box, or in one of several.",
  parameters: ClickParameters,
  metrics: ["answered", "distance"],
  groundTruth: (raw) => readTruthBoxes(raw, "click").map(({ box }) => box),
  verify: ({ response, groundTruth, parameters, images }) => {
    checkTruthSpace(groundTruth, parameters.coordinate_space, images);
    const { toTruth } = spaceConverter(parameters, images);
    const written = locatePoint(response, parameters.answer_format);
    if (written === void 0) return { accuracy: 0, format: 0, metrics: { answered: 0, distance: 1 } };
    const [x, y] = toTruth([written[0], written[1], written[0], written[1]]);
    const hit = groundTruth.some((box) => pointInBox([x, y], box));
    const distance2 = Math.min(...groundTruth.map((box) => relativeDistance([x, y], box)));
    return { accuracy: hit ? 1 : 0, format: 1, metrics: { answered: 1, distance: distance2 } };
  },
  gold: ({ groundTruth, parameters, images }) => {
    const [x1, y1, x2, y2] = groundTruth[0] ?? [0, 0, 0, 0];
    const centre = [(x1 + x2) / 2, (y1 + y2) / 2, (x1 + x2) / 2, (y1 + y2) / 2];
    const [x, y] = spaceConverter(parameters, images).toResponse(centre);
    return parameters.answer_format === "answer_tag" ? `<answer>(${x}, ${y})</answer>` : `(${x}, ${y})`;
  }
});
function relativeDistance([x, y], [x1, y1, x2, y2]) {
  const diagonal = Math.hypot(x2 - x1, y2 - y1);
  const distance2 = Math.hypot(x - (x1 + x2) / 2, y - (y1 + y2) / 2);
  return distance2 === 0 ? 0 : Math.min(1, distance2 / diagonal);
}

// src/builtins/counting.ts
import { Type as Type7 } from "typebox";

// src/answer/number.ts
var MAX_LENGTH = 64;
var PLAIN = /^([+-]?)[$€£¥]? ?(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?(e[+-]?\d{1,3})?( ?%)?$/i;
var FRACTION = /^([+-]?)(?:\\[dt]?frac\{(\d+)\}\{(\d+)\}|(\d+) ?\/ ?(\d+))$/;
function parseNumber(text2) {
  const written = text2.trim().replace(/\.$/, "").replace(/[−–]/g, "-").replace(/\{,\}|,\\!/g, ",");
  if (written === "" || written.length > MAX_LENGTH) return void 0;
  return parsePlain(written) ?? parseFraction(written) ?? parseWords(written);
}
function parsePlain(text2) {
  const [, sign2, whole2, decimals, exponent, percent] = PLAIN.exec(text2) ?? [];
  if (whole2 === void 0 && decimals === void 0) return void 0;
  const value = Number(`${sign2 ?? ""}${(whole2 ?? "0").replaceAll(",", "")}${decimals ?? ""}${exponent ?? ""}`);
  return Number.isFinite(value) ? { value, percent: percent !== void 0 } : void 0;
}
function parseFraction(text2) {
  const match = FRACTION.exec(text2);
  if (match === null) return void 0;
  const value = Number(match[2] ?? match[4]) / Number(match[3] ?? match[5]);
  return Number.isFinite(value) ? { value: match[1] === "-" ? -value : value, percent: false } : void 0;
}
var UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
  " "
);
var TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
var SCALES = { hundred: 100, thousand: 1e3, million: 1e6 };
function parseWords(text2) {
  const words = text2.toLowerCase().split(/[\s-]+/);
  const negative = words[0] === "minus";
  const counted = words.slice(negative ? 1 : 0).filter((word) => word !== "and");
  const value = counted.length === 0 ? void 0 : sumOfWords(counted);
  return value === void 0 ? void 0 : { value: negative ? -value : value, percent: false };
}
function sumOfWords(words) {
  if (words.length === 1 && (words[0] === "no" || words[0] === "none")) return 0;
  let total = 0;
  let group = 0;
  let room = Infinity;
  for (const word of words) {
    const scale = Object.hasOwn(SCALES, word) ? SCALES[word] ?? 0 : 0;
    const small = UNITS.includes(word) ? UNITS.indexOf(word) : TENS.indexOf(word) * 10;
    if (scale === 100 && group > 0 && group < 10) [group, room] = [group * 100, 100];
    else if (scale > 100 && group > 0) [total, group, room] = [total + group * scale, 0, Infinity];
    else if (scale === 0 && small >= 0 && small < room) [group, room] = [group + small, small >= 20 ? 10 : 0];
    else return void 0;
  }
  return total + group;
}
function onlyNumberIn(text2) {
  const whole2 = parseNumber(text2);
  if (whole2 !== void 0 || text2.length > 1e3) return whole2;
  const tokens = text2.split(/[\s()[\]"*:;!?=]+/).map((token) => token.replace(/[.,]+$/, ""));
  const numbers = tokens.filter((token) => !/^(?:no|none|and|)$/i.test(token)).flatMap((token) => parseNumber(token) ?? []);
  const [first] = numbers;
  return first !== void 0 && numbers.every(({ value }) => value === first.value) ? first : void 0;
}

// src/builtins/counting.ts
var CountingParameters = Type7.Object(
  {
    answer_format: Type7.Optional(AnswerFormat),
    off_by: Type7.Optional(
      Type7.Integer({
        minimum: 0,
        maximum: 1e3,
        description: "a count that is off by d <= off_by earns 1 - d / (off_by + 1); 0 when absent"
      })
    )
  },
  { additionalProperties: false }
);
var counting = defineVerifier({
  name: "counting",
  description: "A count: the exact whole number, in digits or words, with partial credit near it as an option.",
  parameters: CountingParameters,
  metrics: ["answered", "exact", "absolute_error"],
  groundTruth: readCount,
  verify: ({ response, groundTruth, parameters }) => {
    const answer = locateAnswer(response, parameters.answer_format);
    const count = answer === void 0 ? void 0 : countIn(answer);
    const error = count === void 0 ? groundTruth : Math.abs(count - groundTruth);
    const reach = (parameters.off_by ?? 0) + 1;
    const accuracy = count === void 0 ? 0 : Math.max(0, 1 - error / reach);
    return {
      accuracy,
      format: count === void 0 ? 0 : 1,
      // A wild number must not drown the mean over a batch.
      metrics: { answered: count === void 0 ? 0 : 1, exact: count === groundTruth ? 1 : 0, absolute_error: Math.min(error, 1e3) }
    };
  },
  gold: ({ groundTruth, parameters }) => inPlace(String(groundTruth), parameters.answer_format)
});
function readCount(raw) {
  const written = typeof raw === "number" ? raw : typeof raw === "string" ? locatedNumber(raw) ?? Number.NaN : Number.NaN;
  if (Number.isSafeInteger(written) && written >= 0) return written;
  const message = `Ground truth of "counting" is ${JSON.stringify(raw)}. It must be a whole number from 0, such as 7, "7" or "seven".`;
  throw new VerifierError("invalid_ground_truth", message);
}
function locatedNumber(text2) {
  const answer = locateAnswer(text2);
  return answer === void 0 ? void 0 : parseNumber(answer.text)?.value;
}
function countIn({ text: text2, place }) {
  const number2 = place === "last_line" ? onlyNumberIn(text2) : parseNumber(text2);
  return number2 === void 0 || number2.percent || !Number.isInteger(number2.value) ? void 0 : number2.value;
}

// src/builtins/detection.ts
import { Type as Type9 } from "typebox";

// src/detection/reference.ts
import { isValidBox as isValidBox2, iou as iou2 } from "@vtriune/iou";
var MAX_COORDINATE2 = 1e7;
function referenceAnswer(text2) {
  const start = text2.indexOf("<answer>");
  const end = start < 0 ? -1 : text2.indexOf("</answer>", start + "<answer>".length);
  return end < 0 ? "" : text2.slice(start + "<answer>".length, end).trim();
}
function referenceBoxes(answer) {
  let text2 = answer.toLowerCase().replaceAll("[[", "[").replaceAll("]]", "]");
  if (!text2.endsWith("]")) {
    const cut = text2.lastIndexOf("},");
    text2 = `${cut < 0 ? text2 : text2.slice(0, cut)}}]`;
  }
  const seen = /* @__PURE__ */ new Set();
  return parseItems(text2.replaceAll("'", '"').replaceAll("\\", "")).filter(({ box }) => {
    const key = box.join(",");
    return !seen.has(key) && seen.add(key).has(key);
  });
}
function parseItems(json2) {
  try {
    const value = JSON.parse(json2);
    return Array.isArray(value) ? value.flatMap((item) => toLabelledBox(item) ?? []) : [];
  } catch {
    return [];
  }
}
function toLabelledBox(item) {
  if (typeof item !== "object" || item === null || !("bbox_2d" in item) || !("label" in item)) return void 0;
  const { bbox_2d: written, label } = item;
  if (!Array.isArray(written) || typeof label !== "string") return void 0;
  const box = written.map((coordinate) => typeof coordinate === "boolean" ? Number(coordinate) : coordinate);
  return isValidBox2(box) && box.every((coordinate) => Math.abs(coordinate) <= MAX_COORDINATE2) ? { box, label } : void 0;
}
function referenceFormat(response) {
  const tagged = response.includes("\n<answer>\n") && response.split("\n</answer>").length === 2;
  return tagged && referenceBoxes(referenceAnswer(response.trim())).length > 0 ? 1 : 0;
}
function referenceNormalise(box, size) {
  const cut = (value, extent) => Math.trunc(value / extent * 1e3);
  return [cut(box[0], size.width), cut(box[1], size.height), cut(box[2], size.width), cut(box[3], size.height)];
}
function referenceIouFirst(predictions, truths) {
  const rounds = [];
  const overlaps = predictions.map(({ box }) => truths.map((truth) => iou2(box, truth.box)));
  for (let left = Math.min(predictions.length, truths.length); left > 0; left--) {
    const lastPrediction = predictions.length - 1 - rounds.length;
    const lastTruth = truths.length - 1 - rounds.length;
    let largest = 0;
    for (let row = 0; row <= lastPrediction; row++) {
      for (let column = 0; column <= lastTruth; column++) largest = Math.max(largest, overlaps[row]?.[column] ?? 0);
    }
    const sameLabel = predictions[lastPrediction]?.label === truths[lastTruth]?.label;
    rounds.push({ largest, credited: sameLabel ? largest : 0 });
  }
  return (threshold) => {
    const stop = rounds.findIndex(({ largest }) => largest < threshold);
    return (stop < 0 ? rounds : rounds.slice(0, stop)).map(({ credited }) => credited);
  };
}

// src/detection/scores.ts
import { boxToXywh, evaluateCoco, iou as iou3, matchGreedy } from "@vtriune/iou";
var DETECTION_THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99];
var SIZE_PENALTY = 0.6;
function scoreDetection(job) {
  const { predictions, truths, ratios, threshold } = job;
  const sizePenalty = SIZE_PENALTY ** Math.abs(job.predictionCount - truths.length);
  const iouFirstMatches = job.reference ? referenceIouFirst(predictions, truths) : soundIouFirst(job);
  const labelFirst = scoresByThreshold(labelFirstMatches(job), job);
  const iouFirst = scoresByThreshold(iouFirstMatches, job);
  const terms = {
    labelFirst: select(labelFirst, threshold),
    iouFirst: select(iouFirst, threshold),
    ...averagePrecision(predictions, truths)
  };
  const weighted = [
    [terms.iouFirst * sizePenalty, ratios.iou_max_iou_first],
    [terms.labelFirst * sizePenalty, ratios.iou_max_label_first],
    [terms.map * sizePenalty, ratios.map],
    [terms.map50 * sizePenalty, ratios.map50],
    [terms.map75 * sizePenalty, ratios.map75]
  ];
  const total = weighted.reduce((sum2, [, ratio]) => sum2 + ratio, 0);
  const final = total > 0 ? weighted.reduce((sum2, [value, ratio]) => sum2 + value * ratio, 0) / total : 0;
  return { final: Math.min(1, final), sizePenalty, ...terms, byThreshold: { labelFirst, iouFirst } };
}
function labelFirstMatches({ predictions, truths }) {
  const overlaps = predictions.map(({ box, label }) => truths.map((truth) => truth.label === label ? iou3(box, truth.box) : 0));
  return (threshold) => matchGreedy({ iou: overlaps }, { order: "label-first", threshold }).matches.map((match) => match.iou);
}
function soundIouFirst(job) {
  const { matches } = matchGreedy({ predictions: job.predictions, groundTruths: job.truths }, { order: "iou-first" });
  return (threshold) => matches.filter((match) => match.sameLabel && match.iou >= threshold).map((match) => match.iou);
}
function scoresByThreshold(matchesAt, job) {
  const { threshold } = job;
  const own = typeof threshold === "number" && !DETECTION_THRESHOLDS.includes(threshold) ? [threshold] : [];
  return new Map([...DETECTION_THRESHOLDS, ...own].map((at) => [at, matchScores(matchesAt(at), job)]));
}
function matchScores(ious, job) {
  const truths = job.truths.length;
  const meanIou = ious.length === 0 ? 0 : ious.reduce((sum2, value) => sum2 + value, 0) / truths;
  const missed = (truths - ious.length) / truths;
  const falseAlarms = (job.predictionCount - ious.length) / job.predictionCount;
  const completeness = 1 - (missed + falseAlarms) / 2;
  const share = job.ratios.iou_completeness;
  return { meanIou, precision: 1 - falseAlarms, recall: 1 - missed, weighted: meanIou * (1 - share) + completeness * share };
}
function select(byThreshold, threshold) {
  if (threshold !== "average") return byThreshold.get(threshold)?.weighted ?? 0;
  return DETECTION_THRESHOLDS.reduce((sum2, at) => sum2 + (byThreshold.get(at)?.weighted ?? 0), 0) / DETECTION_THRESHOLDS.length;
}
var WHOLE_IMAGE = { areaRanges: [{ name: "all", min: 0, max: 1e10 }], maxDetections: [100] };
function averagePrecision(predictions, truths) {
  const labels = [...new Set(truths.map(({ label }) => label))];
  const detections = predictions.flatMap(({ box, label }) => {
    const category = labels.indexOf(label);
    return category < 0 ? [] : [{ image_id: 0, category_id: category, bbox: boxToXywh(box), score: 1 }];
  });
  if (detections.length === 0) return { map: 0, map50: 0, map75: 0 };
  const groundTruth = {
    images: [{ id: 0 }],
    categories: labels.map((_, id) => ({ id })),
    annotations: truths.map(({ box, label }) => ({ image_id: 0, category_id: labels.indexOf(label), bbox: boxToXywh(box) }))
  };
  const [map = 0, map50 = 0, map75 = 0] = evaluateCoco(groundTruth, detections, WHOLE_IMAGE).stats.map((value) => Math.max(0, value));
  return { map, map50, map75 };
}

// src/detection/threshold.ts
import { thresholdAt, V_TRIUNE_SCHEDULE } from "@vtriune/iou";
import { Type as Type8 } from "typebox";
var Iou = Type8.Number({ minimum: 0, maximum: 1 });
var ScheduleParameter = Type8.Union([
  Type8.Object({ kind: Type8.Literal("constant"), threshold: Iou }),
  Type8.Object({ kind: Type8.Literal("stages"), stages: Type8.Array(Type8.Object({ until: Iou, threshold: Iou }), { minItems: 1 }) }),
  Type8.Object({ kind: Type8.Union([Type8.Literal("linear"), Type8.Literal("cosine")]), start: Iou, end: Iou, until: Type8.Optional(Iou) })
]);
var IouThreshold = Type8.Union([Type8.Literal("dynamic"), Type8.Literal("average"), Iou, ScheduleParameter], {
  description: "IoU that a box must reach to be paid; dynamic when absent"
});
function thresholdInForce(threshold, at) {
  if (threshold === "average" || typeof threshold === "number") return threshold;
  const schedule = threshold === "dynamic" ? V_TRIUNE_SCHEDULE : threshold;
  const share = schedule.kind === "constant" || at.split === "test" ? 1 : progressShare(at.progress);
  try {
    return thresholdAt(schedule, share);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VerifierError("invalid_parameters", `iou_threshold: ${reason}`, { cause });
  }
}
function progressShare(progress) {
  if (progress === void 0 || !(progress.total_steps > 0)) {
    const message = `The IoU threshold depends on training progress, and the request says ${JSON.stringify(progress ?? null)}. Send progress: { step, total_steps } with total_steps above 0, or set verifier_parm.iou_threshold to a number or "average".`;
    throw new VerifierError("invalid_request", message);
  }
  return Math.min(1, Math.max(0, progress.step / progress.total_steps));
}

// src/builtins/detection.ts
var Share = Type9.Optional(Type9.Number({ minimum: 0, maximum: 1 }));
var DetectionParameters = Type9.Object(
  {
    iou_threshold: Type9.Optional(IouThreshold),
    det_reward_ratio: Type9.Optional(
      Type9.Object(
        { iou_max_label_first: Share, iou_max_iou_first: Share, iou_completeness: Share, map: Share, map50: Share, map75: Share },
        {
          additionalProperties: false,
          description: "shares of the terms, 0 for one left out; label-first 1 and completeness 0.3 when absent"
        }
      )
    ),
    det_verifier_normalized: Type9.Optional(
      Type9.Boolean({ description: "ground truth in norm_1000, response in pixel_resized; the published name of that pair of spaces" })
    ),
    ...spaceParameters,
    answer_format: Type9.Optional(BoxFormat),
    compat: Type9.Optional(Type9.Literal("v-triune"))
  },
  { additionalProperties: false }
);
var REPORTED = [
  ["50", 0.5],
  ["75", 0.75],
  ["95", 0.95],
  ["99", 0.99]
];
var COMPONENTS = ["iou_label_first", "iou_iou_first", "map", "map50", "map75", "size_penalty"];
var METRICS = [
  ...REPORTED.flatMap(([key]) => ["precision", "recall", "mean"].flatMap((part) => [`iou_${key}_${part}`, `iou_first_${key}_${part}`])),
  "map",
  "map50",
  "map75",
  "iou_threshold",
  "predicted_boxes",
  "true_boxes",
  "malformed_boxes",
  "other_space_fits"
];
var detection = defineVerifier({
  name: "detection",
  description: "Labelled boxes against labelled boxes: Dynamic IoU reward, completeness, size penalty and mAP terms of V-Triune.",
  parameters: DetectionParameters,
  components: COMPONENTS,
  metrics: METRICS,
  groundTruth: readTruth,
  verify: (input) => input.parameters.compat === void 0 ? verifySound(input) : verifyReference(input),
  gold: goldResponse
});
function readTruth(raw, parameters) {
  if (parameters.compat === void 0) return requireLabels(readTruthBoxes(raw, "detection"));
  const text2 = typeof raw === "string" ? raw : JSON.stringify(raw);
  const boxes = referenceBoxes(text2.includes("<answer>") ? referenceAnswer(text2.trim()) : text2.trim());
  if (boxes.length > 0) return { boxes, labelled: true };
  throw new VerifierError(
    "invalid_ground_truth",
    `Ground truth of "detection" is ${text2.slice(0, 120)}. The reference reads no labelled box in it.`
  );
}
function verifySound(input) {
  const { groundTruth, parameters, images } = input;
  const spaces = declaredSpaces(parameters);
  checkTruthSpace(
    groundTruth.boxes.map(({ box }) => box),
    spaces.coordinate_space,
    images
  );
  const { toTruth } = spaceConverter(spaces, images);
  const threshold = thresholdInForce(parameters.iou_threshold ?? "dynamic", input);
  const ratios = readRatios(parameters);
  const found = locateBoxes(input.response, parameters.answer_format);
  const usable = (found?.items ?? []).filter(({ label }) => !groundTruth.labelled || label !== void 0);
  const unlabelled = (found?.items.length ?? 0) - usable.length;
  const malformed = (found?.malformed ?? 0) + unlabelled;
  const predictions = usable.map(({ box, label }) => ({ box: toTruth(box), label: groundTruth.labelled ? label ?? "" : "" }));
  const complete = found?.complete === true && malformed === 0 && predictions.length > 0;
  const truths = groundTruth.boxes;
  const otherSpace = fitsAnotherSpace({
    written: usable.map(({ box }) => box),
    converted: predictions.map(({ box }) => box),
    truths: truths.map(({ box }) => box),
    truthSpace: spaces.coordinate_space,
    images
  });
  const predictionCount = predictions.length + malformed;
  const job = { predictions, truths, predictionCount, ratios, threshold, reference: false };
  const scores = predictions.length === 0 ? void 0 : scoreDetection(job);
  return outcome(scores, { format: complete ? 1 : 0, threshold, predicted: predictionCount, truths: truths.length, malformed, otherSpace });
}
function verifyReference(input) {
  const { groundTruth, parameters, response } = input;
  const threshold = referenceThreshold(input);
  const size = parameters.det_verifier_normalized === true ? resizedSize(input) : void 0;
  const read = referenceBoxes(referenceAnswer(response.trim()));
  const predictions = size === void 0 ? read : read.map(({ box, label = "" }) => ({ box: referenceNormalise(box, size), label }));
  const truths = groundTruth.boxes;
  const job = { predictions, truths, predictionCount: predictions.length, ratios: readRatios(parameters), threshold, reference: true };
  const scores = predictions.length === 0 ? void 0 : scoreDetection(job);
  const facts = {
    format: referenceFormat(response),
    threshold,
    predicted: predictions.length,
    truths: truths.length,
    malformed: 0,
    otherSpace: false
  };
  return outcome(scores, facts);
}
function referenceThreshold(input) {
  const threshold = thresholdInForce(input.parameters.iou_threshold ?? "dynamic", { progress: input.progress, split: "train" });
  if (threshold === "average" || DETECTION_THRESHOLDS.includes(threshold)) return threshold;
  const message = `compat "v-triune" knows no IoU threshold ${threshold}. The reference has ${DETECTION_THRESHOLDS.join(", ")}, "average" and "dynamic"; choose one, or leave compat out.`;
  throw new VerifierError("invalid_parameters", message);
}
function resizedSize(input) {
  const { resized_width: width, resized_height: height } = input.images[0] ?? {};
  if (width !== void 0 && height !== void 0) return { width, height };
  const message = `det_verifier_normalized needs the size the model saw, and the request says ${JSON.stringify(input.images[0] ?? null)}. Send images[0] with resized_width and resized_height.`;
  throw new VerifierError("invalid_request", message);
}
function declaredSpaces(parameters) {
  if (parameters.det_verifier_normalized !== true) return parameters;
  const { coordinate_space: truth = "norm_1000", response_space: response = "pixel_resized" } = parameters;
  if (truth === "norm_1000" && response === "pixel_resized") return { coordinate_space: truth, response_space: response };
  const message = `det_verifier_normalized means coordinate_space norm_1000 and response_space pixel_resized, but they are ${truth} and ${response}. Leave out one of the two declarations.`;
  throw new VerifierError("invalid_parameters", message);
}
function readRatios({ det_reward_ratio: given }) {
  const none = { iou_max_label_first: 0, iou_max_iou_first: 0, iou_completeness: 0, map: 0, map50: 0, map75: 0 };
  const ratios = given === void 0 ? { ...none, iou_max_label_first: 1, iou_completeness: 0.3 } : { ...none, ...given };
  const { iou_completeness: _mixed, ...terms } = ratios;
  if (Object.values(terms).some((share) => share > 0)) return ratios;
  const message = `det_reward_ratio gives every term the share 0: ${JSON.stringify(given)}. Set one of ${Object.keys(terms).join(", ")} above 0.`;
  throw new VerifierError("invalid_parameters", message);
}
var NOTHING = { meanIou: 0, precision: 0, recall: 0, weighted: 0 };
var MEAN_THRESHOLD = DETECTION_THRESHOLDS.reduce((sum2, at) => sum2 + at, 0) / DETECTION_THRESHOLDS.length;
function outcome(scores, facts) {
  const { labelFirst = 0, iouFirst = 0, map = 0, map50 = 0, map75 = 0, sizePenalty = 0 } = scores ?? {};
  const metrics = {};
  for (const [key, threshold] of REPORTED) {
    addMatchMetrics(metrics, `iou_${key}`, scores?.byThreshold.labelFirst.get(threshold));
    addMatchMetrics(metrics, `iou_first_${key}`, scores?.byThreshold.iouFirst.get(threshold));
  }
  Object.assign(metrics, { map, map50, map75 });
  metrics["iou_threshold"] = facts.threshold === "average" ? MEAN_THRESHOLD : facts.threshold;
  metrics["predicted_boxes"] = facts.predicted;
  metrics["true_boxes"] = facts.truths;
  metrics["malformed_boxes"] = facts.malformed;
  metrics["other_space_fits"] = facts.otherSpace ? 1 : 0;
  const components = { iou_label_first: labelFirst, iou_iou_first: iouFirst, map, map50, map75, size_penalty: sizePenalty };
  return { accuracy: scores?.final ?? 0, format: facts.format, components, metrics };
}
function addMatchMetrics(metrics, prefix, scores = NOTHING) {
  metrics[`${prefix}_precision`] = scores.precision;
  metrics[`${prefix}_recall`] = scores.recall;
  metrics[`${prefix}_mean`] = scores.meanIou;
}
function goldResponse({ groundTruth, parameters, images }) {
  const { toResponse } = spaceConverter(declaredSpaces(parameters), images);
  const items = groundTruth.boxes.map(({ box, label }) => ({ bbox_2d: toResponse(box), ...label === "" ? {} : { label } }));
  const json2 = JSON.stringify(items);
  const tagged = parameters.answer_format === "answer_tag" || parameters.compat !== void 0;
  return tagged ? `<think>

</think>

<answer>
${json2}
</answer>` : json2;
}

// src/builtins/format.ts
import { Type as Type10 } from "typebox";
var FormatParameters = Type10.Object(
  {
    strict: Type10.Optional(
      Type10.Boolean({ description: "all four tags in order, filled, with nothing around them, or 0; false when absent" })
    )
  },
  { additionalProperties: false }
);
var TAGS = ["<think>\n", "\n</think>\n", "\n<answer>\n", "\n</answer>"];
function tagScore(response) {
  return TAGS.filter((tag) => occursOnce(response, tag)).length / TAGS.length;
}
function occursOnce(text2, part) {
  const first = text2.indexOf(part);
  return first >= 0 && text2.indexOf(part, first + part.length) < 0;
}
var format = defineVerifier({
  name: "format",
  description: "The think and answer tags: 0.25 for each that occurs exactly once, or strictly all of them in order.",
  parameters: FormatParameters,
  metrics: ["tags", "strict"],
  groundTruth: () => void 0,
  verify: ({ response, parameters }) => {
    const tags = answerTag(response) === "" ? 0 : tagScore(response);
    const strict = tags === 1 && isStrict(response.trim()) ? 1 : 0;
    const paid2 = parameters.strict === true ? strict : tags;
    return { accuracy: paid2, format: paid2, metrics: { tags, strict } };
  },
  gold: () => "<think>\nreasoning\n</think>\n\n<answer>\nanswer\n</answer>"
});
function isStrict(response) {
  const parts = response.split(/<\/?(?:think|answer)>/);
  const [before, thought, between, answer, after] = parts.map((part) => part.trim());
  const inOrder = /^<think>/.test(response) && response.indexOf("</think>") < response.indexOf("<answer>");
  return inOrder && parts.length === 5 && before === "" && between === "" && after === "" && thought !== "" && answer !== "";
}

// src/builtins/grounding.ts
import { giou, iou as iou4, matchOptimal } from "@vtriune/iou";
import { Type as Type11 } from "typebox";
var GroundingParameters = Type11.Object(
  {
    iou_threshold: Type11.Optional(IouThreshold),
    overlap: Type11.Optional(
      Type11.Union([Type11.Literal("iou"), Type11.Literal("giou"), Type11.Literal("hit")], {
        description: "what a box at or above the threshold earns: its IoU (when absent), (GIoU + 1) / 2, or 1"
      })
    ),
    count_penalty: Type11.Optional(
      Type11.Number({ minimum: 0, maximum: 1, description: "factor for each box too many or too few; 0.6 when absent" })
    ),
    ...spaceParameters,
    answer_format: Type11.Optional(BoxFormat)
  },
  { additionalProperties: false }
);
var AVERAGED = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99];
var MAX_MATCHED = 200;
var grounding = defineVerifier({
  name: "grounding",
  description: "Boxes of the objects that a phrase means: thresholded IoU (or GIoU) with a penalty for a wrong number of boxes.",
  parameters: GroundingParameters,
  components: ["overlap", "count_penalty"],
  metrics: [
    "mean_iou",
    "iou_50_recall",
    "iou_75_recall",
    "iou_95_recall",
    "iou_99_recall",
    "iou_threshold",
    "predicted_boxes",
    "true_boxes",
    "other_space_fits"
  ],
  groundTruth: (raw) => readTruthBoxes(raw, "grounding").map(({ box }) => box),
  verify: verifyGrounding,
  gold: ({ groundTruth, parameters, images }) => {
    const { toResponse } = spaceConverter(parameters, images);
    const json2 = JSON.stringify(groundTruth.map((box) => ({ bbox_2d: toResponse(box) })));
    return parameters.answer_format === "answer_tag" ? `<answer>${json2}</answer>` : json2;
  }
});
function verifyGrounding(input) {
  const { groundTruth: truths, parameters, images } = input;
  checkTruthSpace(truths, parameters.coordinate_space, images);
  const { toTruth } = spaceConverter(parameters, images);
  const threshold = thresholdInForce(parameters.iou_threshold ?? "dynamic", input);
  const found = locateBoxes(input.response, parameters.answer_format);
  const written = (found?.items ?? []).map(({ box }) => box);
  const predicted = written.length + (found?.malformed ?? 0);
  const boxes = written.map(toTruth);
  const pairs = matchBoxes(boxes.slice(0, MAX_MATCHED), truths);
  const overlap = earned(pairs, { threshold, kind: parameters.overlap ?? "iou" });
  const penalty = predicted === 0 ? 0 : (parameters.count_penalty ?? 0.6) ** Math.abs(predicted - truths.length);
  const recallAt = (at) => pairs.filter(({ value }) => value >= at).length / truths.length;
  const fits = fitsAnotherSpace({ written, converted: boxes, truths, truthSpace: parameters.coordinate_space, images });
  return {
    accuracy: Math.min(1, overlap * penalty),
    format: predicted > 0 && written.length === predicted && found?.complete === true ? 1 : 0,
    components: { overlap, count_penalty: penalty },
    metrics: {
      mean_iou: mean(pairs.map(({ value }) => value)),
      iou_50_recall: recallAt(0.5),
      iou_75_recall: recallAt(0.75),
      iou_95_recall: recallAt(0.95),
      iou_99_recall: recallAt(0.99),
      iou_threshold: threshold === "average" ? mean(AVERAGED) : threshold,
      predicted_boxes: predicted,
      true_boxes: truths.length,
      other_space_fits: fits ? 1 : 0
    }
  };
}
function matchBoxes(boxes, truths) {
  const labelled = (list) => list.map((box) => ({ box }));
  const { matches, unmatchedPredictions } = matchOptimal({ predictions: labelled(boxes), groundTruths: labelled(truths) });
  const left = [...unmatchedPredictions];
  return truths.map((truth, index) => {
    const row = matches.find(({ groundTruth }) => groundTruth === index)?.prediction ?? left.shift();
    const box = row === void 0 ? void 0 : boxes[row];
    return box === void 0 ? { value: 0, generalised: -1 } : { value: iou4(box, truth), generalised: giou(box, truth) };
  });
}
function earned(pairs, rule) {
  const worth = ({ value, generalised }) => rule.kind === "hit" ? 1 : rule.kind === "giou" ? (generalised + 1) / 2 : value;
  const paidAt = (threshold) => mean(pairs.map((pair) => pair.value >= threshold ? worth(pair) : 0));
  return rule.threshold === "average" ? mean(AVERAGED.map(paidAt)) : paidAt(rule.threshold);
}
function mean(values) {
  return values.reduce((sum2, value) => sum2 + value, 0) / values.length;
}

// src/builtins/json.ts
import { Ajv as Ajv2 } from "ajv";
import { Type as Type12 } from "typebox";
var JsonParameters = Type12.Object(
  {
    schema: Type12.Optional(Type12.Record(Type12.String(), Type12.Unknown(), { description: "JSON Schema (draft-07) that the answer must fit" })),
    fields: Type12.Optional(
      Type12.Record(Type12.String(), Type12.Number({ exclusiveMinimum: 0 }), {
        description: "weight of each top-level field that is compared; all fields of the ground truth alike when absent"
      })
    ),
    match: Type12.Optional(
      Type12.Union([Type12.Literal("exact"), Type12.Literal("normalized")], {
        description: 'normalized (when absent) compares texts without case, quotes and final punctuation, and "3" with 3'
      })
    ),
    answer_format: Type12.Optional(
      Type12.Union([Type12.Literal("answer_tag"), Type12.Literal("json"), Type12.Literal("any")], {
        description: "where the JSON must stand: in the answer tag, alone after the reasoning, or any of the two or in the text (when absent)"
      })
    )
  },
  { additionalProperties: false }
);
var schemaCheck = createSchemaCheck();
var json = defineVerifier({
  name: "json",
  description: "A JSON answer: it fits a schema, and its fields equal those of the ground truth.",
  parameters: JsonParameters,
  metrics: ["parsed", "fits_schema", "fields_right", "extra_fields"],
  groundTruth: readStructure,
  verify: ({ response, groundTruth, parameters }) => {
    const value = locateJson(response, parameters.answer_format ?? "any");
    const fits = value !== void 0 && (parameters.schema === void 0 || schemaCheck(parameters.schema)(value));
    const weights = fieldWeights(groundTruth, parameters.fields);
    const answers = entriesOf(value);
    const same = (key) => answers.has(key) && equal(answers.get(key), groundTruth.get(key), { lenient: parameters.match !== "exact", depth: 0 });
    const total = weights.reduce((sum2, [, weight]) => sum2 + weight, 0);
    const right = weights.reduce((sum2, [key, weight]) => sum2 + (same(key) ? weight : 0), 0) / total;
    const extra = [...answers.keys()].filter((key) => !groundTruth.has(key)).length;
    return {
      accuracy: fits ? Math.min(1, right) : 0,
      format: fits ? 1 : 0,
      metrics: { parsed: value === void 0 ? 0 : 1, fits_schema: fits ? 1 : 0, fields_right: right, extra_fields: Math.min(extra, 1e3) }
    };
  },
  gold: ({ groundTruth, parameters }) => {
    const keys = [...groundTruth.keys()];
    const isList = keys.every((key, index) => key === String(index));
    const value = JSON.stringify(isList ? [...groundTruth.values()] : Object.fromEntries(groundTruth));
    return parameters.answer_format === "answer_tag" ? `<answer>${value}</answer>` : value;
  }
});
function readStructure(raw) {
  const value = typeof raw === "string" ? parseLenient(answerTag(raw) ?? raw) : raw;
  const fields = entriesOf(value);
  if (fields.size > 0) return fields;
  const message = `Ground truth of "json" is ${String(JSON.stringify(raw)).slice(0, 120)}. It must be a JSON object or array that is not empty, or its text.`;
  throw new VerifierError("invalid_ground_truth", message);
}
function entriesOf(value) {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}
function fieldWeights(truth, given) {
  if (given === void 0) return [...truth.keys()].map((key) => [key, 1]);
  const weights = Object.entries(given);
  const missing = weights.find(([key]) => !truth.has(key));
  if (missing === void 0 && weights.length > 0) return weights;
  const message = `Ground truth of "json" has no field ${JSON.stringify(missing?.[0] ?? "")}. "fields" may weigh: ${[...truth.keys()].join(", ")}.`;
  throw new VerifierError("invalid_ground_truth", message);
}
function locateJson(response, place) {
  const text2 = afterThinking(response);
  const tagged = answerTag(text2);
  if (place === "answer_tag" && tagged === void 0) return void 0;
  const found = findJson(place === "json" ? text2 : tagged ?? text2).filter(
    ({ complete, alone }) => complete && (place !== "json" || alone)
  );
  return found.at(-1)?.value;
}
var MAX_DEPTH = 64;
function equal(answer, truth, rule) {
  const { lenient, depth } = rule;
  if (answer === truth) return true;
  if (depth > MAX_DEPTH) return false;
  if (typeof truth === "object" && truth !== null && typeof answer === "object" && answer !== null) {
    if (Array.isArray(answer) !== Array.isArray(truth)) return false;
    const [left, right] = [entriesOf(answer), entriesOf(truth)];
    return left.size === right.size && [...right].every(([key, value]) => left.has(key) && equal(left.get(key), value, { lenient, depth: depth + 1 }));
  }
  return lenient && sameScalar(answer, truth);
}
function sameScalar(answer, truth) {
  const asNumber = (value) => typeof value === "number" ? value : typeof value === "string" ? parseNumber(value)?.value : void 0;
  if (typeof answer === "string" && typeof truth === "string")
    return normaliseText(answer) === normaliseText(truth) && normaliseText(truth) !== "";
  const number2 = asNumber(truth);
  return number2 !== void 0 && number2 === asNumber(answer);
}
var MAX_SCHEMAS = 256;
function createSchemaCheck() {
  const compiled = /* @__PURE__ */ new Map();
  return (schema) => {
    const key = JSON.stringify(schema);
    const known = compiled.get(key) ?? compileSchema(schema);
    compiled.delete(key);
    compiled.set(key, known);
    const [oldest] = compiled.keys();
    if (compiled.size > MAX_SCHEMAS && oldest !== void 0) compiled.delete(oldest);
    return (value) => known(value) === true;
  };
}
function compileSchema(schema) {
  try {
    return new Ajv2({ strict: false, addUsedSchema: false }).compile({ ...schema });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VerifierError(
      "invalid_parameters",
      `The schema of verifier "json" does not compile: ${reason}. Give a draft-07 JSON Schema.`,
      { cause }
    );
  }
}

// src/builtins/mathverify.ts
import { Type as Type13 } from "typebox";

// src/math/anchors.ts
var MAX_ANCHORS = 40;
var ANSWER = /answer/gi;
var FINAL = /final answer/gi;
var HOPE = /\.?\s?I hope/y;
var LINE_BREAKS = "\n";
var skipSpace = (text2, from) => {
  let at = from;
  while (at < text2.length && text2.charAt(at).trim() === "") at += 1;
  return at;
};
var positionsOf = (text2, words) => {
  const ends = [];
  words.lastIndex = 0;
  for (let match = words.exec(text2); match; match = words.exec(text2)) ends.push(match.index + match[0].length);
  return ends.slice(-MAX_ANCHORS);
};
var collect = (positions, find) => {
  const found = [];
  let consumed = 0;
  for (const position of positions) {
    if (position <= consumed) continue;
    const candidate = find(position);
    if (!candidate) continue;
    found.push(candidate);
    consumed = candidate.end;
  }
  return found;
};
var finalHopeMatches = (text2, read) => collect(positionsOf(text2, FINAL), (end) => {
  const is = text2.slice(end, end + 3).toLowerCase() === " is" ? end + 3 : -1;
  if (is < 0) return null;
  const colon = text2[is] === ":" ? is + 1 : is;
  const candidate = read(skipSpace(text2, colon)) ?? read(Math.max(colon, skipSpace(text2, colon) - 1));
  if (!candidate) return null;
  HOPE.lastIndex = candidate.end;
  return HOPE.test(text2) ? { ...candidate, end: HOPE.lastIndex } : null;
});
var finalIsMatches = (text2, read, style) => collect(positionsOf(text2, FINAL), (end) => {
  const limit = limitOf(text2, { from: end, distance: 100, multiline: style.multiline });
  for (let at = end; at <= limit; at += 1) {
    if (text2.charAt(at).trim() !== "" || at >= text2.length) continue;
    const word = skipSpace(text2, at);
    const is = text2.startsWith("is", word) ? word + 2 : -1;
    if (is > 0) {
      const colon = text2[is] === ":" ? is + 1 : is;
      const candidate = read(style.skipSpace ? skipSpace(text2, colon) : colon) ?? (style.skipSpace ? read(Math.max(colon, skipSpace(text2, colon) - 1)) : null);
      if (candidate) return candidate;
    }
    at = word - 1;
  }
  return null;
});
var limitOf = (text2, { from, distance: distance2, multiline }) => {
  const limit = Math.min(text2.length, from + distance2);
  if (multiline) return limit;
  const line = text2.slice(from, limit).indexOf(LINE_BREAKS);
  return line < 0 ? limit : from + line;
};
var answerMatches = (text2, read, options) => collect(positionsOf(text2, ANSWER), (end) => {
  if (options.colon && text2[end] !== ":") return null;
  const from = options.colon ? end + 1 : end;
  const preferred = options.preferred?.(from);
  if (preferred) return preferred;
  const limit = limitOf(text2, { from, distance: 50, multiline: options.multiline });
  for (let at = from; at <= limit; at += 1) {
    const candidate = read(at);
    if (candidate) return candidate;
  }
  return null;
});

// src/math/rational.ts
var MAX_BITS = 6e4;
var REDUCE_BELOW_BITS = 2048;
var REDUCE_BELOW = 1n << BigInt(REDUCE_BELOW_BITS);
var SAFE = 1n << 52n;
var bigAbs = (value) => value < 0n ? -value : value;
var bitLength = (value) => {
  if (value < SAFE && value > -SAFE) return value === 0n ? 0 : Math.floor(Math.log2(Math.abs(Number(value)))) + 1;
  return bigAbs(value).toString(16).length * 4;
};
var gcdBigInt = (a, b) => {
  let x = bigAbs(a);
  let y = bigAbs(b);
  if (x < SAFE && y < SAFE) {
    let m = Number(x);
    let n = Number(y);
    while (n !== 0) [m, n] = [n, m % n];
    return BigInt(m);
  }
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};
var rational = (num, den = 1n) => {
  if (den === 0n) return null;
  if (den === 1n) return { num, den };
  const sign2 = den < 0n ? -1n : 1n;
  const top = num * sign2;
  const bottom = den * sign2;
  if (bottom < REDUCE_BELOW && bigAbs(top) < REDUCE_BELOW) {
    const divisor = gcdBigInt(top, bottom);
    return divisor === 1n ? { num: top, den: bottom } : { num: top / divisor, den: bottom / divisor };
  }
  return bitLength(top) > MAX_BITS || bitLength(bottom) > MAX_BITS ? null : { num: top, den: bottom };
};
var integer = (value) => ({ num: BigInt(value), den: 1n });
var ZERO = integer(0);
var ONE = integer(1);
var addRational = (a, b) => a.den === 1n && b.den === 1n ? { num: a.num + b.num, den: 1n } : rational(a.num * b.den + b.num * a.den, a.den * b.den);
var mulRational = (a, b) => {
  if (a.num === 0n || b.num === 0n) return ZERO;
  if (bitLength(a.num) + bitLength(b.num) > MAX_BITS || bitLength(a.den) + bitLength(b.den) > MAX_BITS) return null;
  return rational(a.num * b.num, a.den * b.den);
};
var negRational = (a) => ({ num: -a.num, den: a.den });
var divRational = (a, b) => {
  if (b.num === 0n) return null;
  return mulRational(a, b.num < 0n ? { num: -b.den, den: -b.num } : { num: b.den, den: b.num });
};
var equalRational = (a, b) => a.den === b.den ? a.num === b.num : a.num * b.den === b.num * a.den;
var compareRational = (a, b) => {
  const left = a.num * b.den;
  const right = b.num * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
};
var isInteger = (a) => a.den === 1n || a.num % a.den === 0n;
var floorRational = (a) => {
  const quotient2 = a.num / a.den;
  return a.num < 0n && quotient2 * a.den !== a.num ? quotient2 - 1n : quotient2;
};
var powRational = (base, exponent) => {
  if (exponent === 0n) return ONE;
  if (exponent < 0n) {
    const inverse = divRational(ONE, base);
    return inverse && powRational(inverse, -exponent);
  }
  if (bigAbs(base.num) <= 1n && base.den === 1n) return exponent % 2n === 0n || base.num >= 0n ? integer(bigAbs(base.num)) : integer(-1);
  if (exponent > BigInt(MAX_BITS)) return null;
  const bits = Math.max(bitLength(base.num), bitLength(base.den)) * Number(exponent);
  return bits > MAX_BITS ? null : rational(base.num ** exponent, base.den ** exponent);
};
var exactRoot = (value, n) => {
  if (value < 2n) return value;
  const bits = bitLength(value);
  if (n > BigInt(bits)) return null;
  let guess = 1n << BigInt(bits) / n + 1n;
  for (; ; ) {
    const next = ((n - 1n) * guess + value / guess ** (n - 1n)) / n;
    if (next >= guess) break;
    guess = next;
  }
  return guess ** n === value ? guess : null;
};
var parseDecimal = (text2) => {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text2);
  const whole2 = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (!match || whole2.length + fraction.length === 0 || text2.length > 2e4) return null;
  const digits = BigInt(whole2 + fraction) * (match[1] === "-" ? -1n : 1n);
  const shift = Number(match[4] ?? 0) - fraction.length;
  if (Math.abs(shift) > 15e3) return null;
  return shift >= 0 ? rational(digits * 10n ** BigInt(shift)) : rational(digits, 10n ** BigInt(-shift));
};
var toNumber = (a) => {
  if (a.den === 1n) return Number(a.num);
  if (bigAbs(a.num) < SAFE && a.den < SAFE) return Number(a.num) / Number(a.den);
  const shift = bitLength(a.den) - bitLength(a.num) + 64;
  const scaled = shift >= 0 ? (a.num << BigInt(shift)) / a.den : a.num / (a.den << BigInt(-shift));
  return Number(scaled) * 2 ** -Math.max(-1e3, Math.min(1e3, shift)) * 2 ** -(shift - Math.max(-1e3, Math.min(1e3, shift)));
};
var roundScaled = (a, digits) => {
  const scaled = a.num * 10n ** BigInt(digits);
  const low = floorRational({ num: scaled, den: a.den });
  const twice = (scaled - low * a.den) * 2n;
  if (twice === a.den) return low % 2n === 0n ? low : low + 1n;
  return twice > a.den ? low + 1n : low;
};
var rationalKey = (a) => {
  if (a.den === 1n) return a.num.toString();
  const divisor = gcdBigInt(a.num, a.den);
  return a.den === divisor ? (a.num / divisor).toString() : `${a.num / divisor}/${a.den / divisor}`;
};

// src/math/ast.ts
var number = (value, approximate = false) => ({ kind: "number", value, approximate });
var whole = (value) => number(integer(value));
var symbol = (name) => ({ kind: "symbol", name });
var constant = (name) => ({ kind: "constant", name });
var call = (name, ...args) => ({ kind: "function", name, known: true, args });
var power = (base, exponent) => ({ kind: "pow", base, exponent });
var add = (left, right) => ({
  kind: "add",
  args: [...left.kind === "add" ? left.args : [left], ...right.kind === "add" ? right.args : [right]]
});
var multiply = (left, right) => ({
  kind: "mul",
  args: [...left.kind === "mul" ? left.args : [left], ...right.kind === "mul" ? right.args : [right]]
});
var negate = (node) => node.kind === "number" ? number(negRational(node.value), node.approximate) : multiply(whole(-1), node);
var divide = (left, right) => {
  if (right.kind === "number" && right.value.num === 0n) return constant("undefined");
  if (left.kind === "number" && right.kind === "number" && !left.approximate && !right.approximate) {
    const value = divRational(left.value, right.value);
    if (value) return number(value);
  }
  return multiply(left, power(right, whole(-1)));
};
var subtract = (left, right) => add(left, negate(right));
var childrenOf = (node) => {
  switch (node.kind) {
    case "number":
    case "symbol":
    case "constant":
    case "namedSet":
      return [];
    case "add":
    case "mul":
    case "function":
    case "statement":
      return node.args;
    case "pow":
      return [node.base, node.exponent];
    case "percent":
      return [node.arg];
    case "binder":
      return [node.body, ...node.bounds];
    case "matrix":
      return node.rows.flat();
    case "tuple":
    case "set":
      return node.items;
    case "interval":
      return [node.low, node.high];
    case "setOperation":
    case "relation":
      return [node.left, node.right];
    case "chain":
      return node.links;
  }
};

// src/math/arithmetic.ts
var MAX_LENGTH2 = 5e3;
var MAX_DEPTH2 = 100;
var NUMBER3 = /(?:0+|[1-9]\d*)(?:\.\d*)?|\d+\.\d*|\.\d+/y;
var skip = (reader) => {
  while (reader.text.charAt(reader.at).trim() === "" && reader.at < reader.text.length) reader.at += 1;
  return reader.text.charAt(reader.at);
};
var readNumber = (reader) => {
  NUMBER3.lastIndex = reader.at;
  const digits = NUMBER3.exec(reader.text)?.[0];
  const value = digits === void 0 ? null : parseDecimal(digits);
  if (digits === void 0 || !value) return null;
  reader.at += digits.length;
  const next = reader.text.charAt(reader.at);
  return next >= "0" && next <= "9" ? null : number(value, digits.includes("."));
};
var readPrimary = (reader) => {
  if (skip(reader) !== "(") return readNumber(reader);
  reader.at += 1;
  const inner = readSum(reader);
  if (!inner || skip(reader) !== ")") return null;
  reader.at += 1;
  return inner;
};
var readPower = (reader) => {
  const base = readPrimary(reader);
  if (!base) return null;
  const next = skip(reader);
  const length = next === "^" ? 1 : next === "*" && reader.text[reader.at + 1] === "*" ? 2 : 0;
  if (length === 0) return base;
  reader.at += length;
  const exponent = readSigned(reader);
  return exponent && power(base, exponent);
};
var readSigned = (reader) => {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH2) return null;
  const sign2 = skip(reader);
  if (sign2 !== "-" && sign2 !== "+") {
    const node2 = readPower(reader);
    reader.depth -= 1;
    return node2;
  }
  reader.at += 1;
  const node = readSigned(reader);
  reader.depth -= 1;
  return node && sign2 === "-" ? negate(node) : node;
};
var readProduct = (reader) => {
  let left = readSigned(reader);
  for (; ; ) {
    const operator = skip(reader);
    const doubled = reader.text[reader.at + 1] === operator;
    if (!left || operator !== "*" && operator !== "/" || doubled) return left;
    reader.at += 1;
    const right = readSigned(reader);
    if (!right) return null;
    left = operator === "*" ? multiply(left, right) : divide(left, right);
  }
};
var readSum = (reader) => {
  let left = readProduct(reader);
  for (; ; ) {
    const operator = skip(reader);
    if (!left || operator !== "+" && operator !== "-") return left;
    reader.at += 1;
    const right = readProduct(reader);
    if (!right) return null;
    left = add(left, operator === "-" ? negate(right) : right);
  }
};
var parseArithmetic = (text2) => {
  if (text2.length > MAX_LENGTH2) return null;
  const reader = { text: text2.split("\xD7").join("*").split("\xF7").join("/"), at: 0, depth: 0 };
  const node = readSum(reader);
  skip(reader);
  return node && reader.at === reader.text.length ? node : null;
};

// src/math/choices.ts
var isSpace = (c) => c !== "" && c.trim() === "";
var choiceAt = (text2, at, choices) => {
  const choice2 = choices.find((candidate) => text2.startsWith(candidate, at));
  return choice2 === void 0 ? null : { start: at, end: at + choice2.length, choice: choice2 };
};
var ended = (text2, match) => {
  if (!match) return null;
  const after = text2.startsWith("**", match.end) ? match.end + 2 : match.end;
  const c = text2.charAt(after);
  return c === "" || c === "." || c === "," || c === ":" || isSpace(c) ? { ...match, end: Math.min(text2.length, after + 1) } : null;
};
var surrounded = (text2, at, choices) => {
  const starts = at === 0 ? [0] : [];
  if (isSpace(text2.charAt(at))) starts.push(at + 1);
  for (const start of starts.flatMap((position) => text2.startsWith("**", position) ? [position + 2, position] : [position])) {
    const match = ended(text2, choiceAt(text2, start, choices));
    if (match) return { ...match, start: at };
  }
  return null;
};
var STYLE = { multiline: false, skipSpace: true };
var findChoices = (text2, choices, anchored) => {
  const exact = (at) => choiceAt(text2, at, choices);
  const around = (at) => surrounded(text2, at, choices);
  const groups = [
    [0, finalHopeMatches(text2, exact)],
    [50, finalIsMatches(text2, exact, STYLE)],
    [100, answerMatches(text2, around, { ...STYLE, colon: true })],
    [200, answerMatches(text2, around, { ...STYLE, colon: false })]
  ];
  if (anchored) return groups;
  const first = ended(text2, choiceAt(text2, text2.startsWith("**") ? 2 : 0, choices));
  groups.push([250, first ? [{ ...first, start: 0 }] : []]);
  const anywhere = [];
  for (let at = 0; at < text2.length; at += 1) {
    const match = surrounded(text2, at, choices);
    if (!match) continue;
    anywhere.push(match);
    at = Math.max(at, match.end - 1);
  }
  groups.push([300, anywhere]);
  return groups;
};

// src/math/environments.ts
var createFinder = (text2, sign2) => {
  let searchedFrom = -1;
  let found = -2;
  return (from) => {
    if (found !== -2 && from >= searchedFrom && (found === -1 || found >= from)) return found;
    searchedFrom = from;
    found = text2.indexOf(sign2, from);
    return found;
  };
};
var PERCENT = /\\?%|[Pp]ercent|[Pp]ct/y;
var JOINT = /(?:,?and|,?or|,)\s*/y;
var NUMBER_PAIR = /-?\\frac\{-?\d+(?:[.,]\d+)?\}\{-?\d+(?:[.,]\d+)?\}/y;
var isSpace2 = (c) => c !== void 0 && (c <= " " || c > "~") && c.trim() === "" && c !== "";
var spaceEnd = (text2, from) => {
  let end = from;
  while (isSpace2(text2[end])) end += 1;
  return end;
};
var hasBox = (content) => {
  const box = content.indexOf("\\boxed{");
  return box >= 0 && content.lastIndexOf("}") > box + 7;
};
var createDollarReader = (text2) => {
  const nextDouble = createFinder(text2, "$$");
  const nextDollar = createFinder(text2, "$");
  const nextLine = createFinder(text2, "\n");
  const display = (at) => {
    const close = nextDouble(at + 3);
    if (close < 0 || text2[close - 1] === "\\" || text2.startsWith("$$", at + 2)) return null;
    return { from: at + 2, to: close, end: close + 2 };
  };
  const inlineDollar = (at) => {
    let close = nextDollar(at + 1);
    while (close > 0 && text2[close - 1] === "\\") close = text2.indexOf("$", close + 1);
    if (close < at + 2) return null;
    const line = nextLine(at + 1);
    return line >= 0 && line < close ? null : { from: at + 1, to: close, end: close + 1 };
  };
  return (at) => {
    const previous = text2[at - 1] ?? "";
    if (previous === "\\") return null;
    const double = text2[at + 1] === "$" ? display(at) : null;
    return double ?? (previous >= "0" && previous <= "9" ? null : inlineDollar(at));
  };
};
var createBracketReader = (text2) => {
  const nextLine = createFinder(text2, "\n");
  const nextBracket = createFinder(text2, "\\]");
  const nextParenthesis = createFinder(text2, "\\)");
  const nextPlainOpen = createFinder(text2, "[");
  const nextPlainClose = createFinder(text2, "]");
  const bracket = (at) => {
    const close = nextBracket(at + 2);
    if (close < at + 3 || text2[close - 1] === "\\") return null;
    return { from: at + 2, to: close, end: close + 2 };
  };
  const inlineParenthesis = (at) => {
    const close = nextParenthesis(at + 2);
    const line = nextLine(at + 2);
    if (close < at + 3 || text2[close - 1] === "\\" || line >= 0 && line < close) return null;
    return { from: at + 2, to: close, end: close + 2 };
  };
  const plainBracket = (at) => {
    const close = nextPlainClose(at + 2);
    const [line, open] = [nextLine(at + 2), nextPlainOpen(at + 2)];
    if (close < at + 3 || line >= 0 && line < close || open >= 0 && open < close || !isSpace2(text2[close + 1])) return null;
    return { from: at + 2, to: close, end: close + 2 };
  };
  return (at) => {
    const c = text2[at];
    if (c === "\\") {
      if (text2[at - 1] === "\\") return null;
      return text2[at + 1] === "[" ? bracket(at) : text2[at + 1] === "(" ? inlineParenthesis(at) : null;
    }
    return text2[at + 1] === "[" && isSpace2(c) ? plainBracket(at) : null;
  };
};
var createEnvironmentReader = (text2) => {
  const dollarAt = createDollarReader(text2);
  const bracketAt = createBracketReader(text2);
  const environmentAt = (at, boxed) => {
    const span = text2[at] === "$" ? dollarAt(at) : bracketAt(at);
    const content = span ? text2.slice(span.from, span.to) : boxed ? null : fractionAt(text2, at);
    if (content === null || boxed && !hasBox(content)) return null;
    const after = span ? span.end : at + content.length;
    const next = spaceEnd(text2, after);
    if (!"%\\pP".includes(text2[next] ?? "x")) return { content, percent: false, end: next };
    PERCENT.lastIndex = next;
    const sign2 = PERCENT.exec(text2)?.[0] ?? "";
    return { content, percent: sign2 !== "", end: next + sign2.length };
  };
  const listAt = (start, boxed) => {
    const first = environmentAt(start, boxed);
    if (!first) return null;
    const parts = [first];
    for (let last = first; parts.length < 6; ) {
      if (!",ao".includes(text2[last.end] ?? "x")) break;
      JOINT.lastIndex = last.end;
      const joint = JOINT.exec(text2);
      const next = joint && environmentAt(last.end + joint[0].length, boxed);
      if (!next) break;
      parts.push(next);
      last = next;
    }
    return { start, end: parts.at(-1)?.end ?? first.end, parts };
  };
  return { listAt };
};
var fractionAt = (text2, at) => {
  const c = text2[at];
  if (c !== "\\" && !(c === "-" && text2[at + 1] === "\\")) return null;
  NUMBER_PAIR.lastIndex = at;
  return NUMBER_PAIR.exec(text2)?.[0] ?? null;
};
var mayOpen = (text2, position) => {
  const c = text2.charCodeAt(position);
  if (c === 36) return true;
  const next = text2.charCodeAt(position + 1);
  if (c === 92) return next === 91 || next === 40 || next === 102;
  if (c === 45) return next === 92;
  return next === 91 && isSpace2(text2[position]);
};

// src/math/latex-commands.ts
var entries = /* @__PURE__ */ new Map();
var define = (type, names, text2) => {
  for (const name of names.split(" ")) entries.set(name, [type, text2 ?? name.replace(/^\\/, "")]);
};
define("skip", "\\thinspace \\medspace \\thickspace \\quad \\qquad \\negthinspace \\negmedspace \\negthickspace");
define("skip", "\\vrule \\vcenter \\vbox \\vskip \\vspace \\hfil");
define("/", "\\over \\div", "/");
define("*", "\\times \\cdot", "*");
define("mod", "\\mod");
define("(", "\\lgroup", "\\lgroup");
define(")", "\\rgroup", "\\lgroup");
define("(", "\\lbrace", "\\lbrace");
define(")", "\\rbrace", "\\lbrace");
define("(", "\\lbrack", "\\lbrack");
define(")", "\\rbrack", "\\lbrack");
define("wrapper", "\\phantom \\boxed");
define("pair", "\\lvert", "abs");
define("pairEnd", "\\rvert", "abs");
define("bar", "\\vert", "\\vert");
define("pair", "\\lfloor \\llcorner", "floor");
define("pairEnd", "\\rfloor \\lrcorner", "floor");
define("pair", "\\lceil \\ulcorner", "ceil");
define("pairEnd", "\\rceil \\urcorner", "ceil");
define("lim", "\\lim");
define("to", "\\to \\rightarrow \\Rightarrow \\longrightarrow \\Longrightarrow");
define("int", "\\int");
define("bigOperator", "\\sum \\prod");
define("func", "\\log \\ln \\exp \\sin \\cos \\tan \\csc \\sec \\cot \\arcsin \\arccos \\arctan \\arccsc \\arcsec \\arccot");
define("func", "\\sinh \\cosh \\tanh \\arsinh \\arcosh \\artanh \\arcsinh \\arccosh \\arctanh \\floor \\ceil \\det");
define("gamma", "\\Gamma \\gamma");
define("multi", "\\gcd \\lcm \\max \\min");
define("sqrt", "\\sqrt");
define("frac", "\\frac \\dfrac \\tfrac \\cfrac");
define("binom", "\\binom \\tbinom \\dbinom");
define("choose", "\\choose");
define("operatorname", "\\operatorname");
define("begin", "\\begin");
define("end", "\\end");
define("e", "\\exponentialE");
define("relation", "\\equiv", "=");
define("assign", "=", "=");
define("approx", "\\approx", "~");
define("relation", "\\lt", "<");
define("relation", "\\le \\leq \\leqslant", "<=");
define("relation", "\\gt", ">");
define("relation", "\\ge \\geq \\geqslant", ">=");
define("relation", "\\ne \\neq", "!=");
define("in", "\\in");
define("notin", "\\notin");
define("partial", "\\partial");
define("infinity", "\\infty");
define("set", "\\emptyset", "empty");
define("setop", "\\cup", "union");
define("setop", "\\cap", "intersection");
define("setop", "\\setminus", "minus");
define("inclusion", "\\subseteq", "subset");
define("inclusion", "\\supseteq", "superset");
define("pm", "\\pm \\mp");
define("variable", "\\variable");
define("ellipsis", "\\ldots \\dots \\cdots \\dotsc");
define(
  "other",
  "\\Bbbk \\wp \\nabla \\bigstar \\angle \\nexists \\diagdown \\measuredangle \\eth \\diagup \\sphericalangle \\clubsuit \\varnothing \\Diamond \\complement \\diamondsuit \\imath \\Finv \\triangledown \\heartsuit \\jmath \\Game \\triangle \\spadesuit \\ell \\hbar \\vartriangle \\hslash \\blacklozenge \\lozenge \\blacksquare \\mho \\blacktriangle \\sharp \\prime \\Im \\flat \\square \\backprime \\Re \\natural \\surd \\circledS"
);
define(
  "greek",
  "\\alpha \\beta \\delta \\Delta \\epsilon \\varepsilon \\zeta \\eta \\theta \\Theta \\vartheta \\iota \\kappa \\lambda \\Lambda \\mu \\nu \\xi \\Xi \\omicron \\pi \\Pi \\varpi \\rho \\varrho \\sigma \\Sigma \\varsigma \\tau \\upsilon \\Upsilon \\phi \\Phi \\varphi \\chi \\psi \\Psi \\omega \\Omega"
);
define(
  "accent",
  "\\acute \\bar \\overline \\breve \\check \\widecheck \\dot \\ddot \\grave \\hat \\tilde \\widetilde \\vec \\overrightarrow \\bm \\boldsymbol \\text \\textit \\textbf \\textnormal \\mathbb \\mathbin \\mathbf \\mathcal \\mathclap \\mathclose \\mathellipsis \\mathfrak \\mathinner \\mathit \\mathnormal \\mathop \\mathopen \\mathord \\mathpunct \\mathrel \\mathring \\mathrlap \\mathrm \\mathscr \\mathsf \\mathsterling \\mathtt \\mbox"
);
var signs = /* @__PURE__ */ new Map();
var sign = (type, characters, text2) => {
  for (const character of characters) signs.set(character, [type, text2]);
};
sign("+", "+\u2214\u2295\u229E", "+");
sign("-", "-\u2212\u2238", "-");
sign("*", "*\xD7\u22C5\u22C4\u22A1\u2217\u22C6\u2218\u2219\u2297\u22A0\u22C8\u22C9\u22CA", "*");
sign("/", "/\xF7\u2215", "/");
sign("/", ":", ":");
sign("approx", "\u2248\u224A\u224B\u2243\u2245", "~");
sign("assign", "=\u2261\u2263\u225F\u224E\u224F\u2250\u2251\u2252\u2253\u2254\u2255\u2256\u2257", "=");
sign("relation", "<\u226A\u227A\u22D6", "<");
sign("relation", "\u2264\u2266\u2272\u227E", "<=");
sign("relation", ">\u226B\u227B\u22D7", ">");
sign("relation", "\u2265\u2267\u2273\u227F", ">=");
sign("relation", "\u2260\u2241\u2244\u2247\u2249\u2262", "!=");
sign("setop", "\u222A", "union");
sign("setop", "\u2229", "intersection");
sign("setop", "\u2216", "minus");
sign("inclusion", "\u2286", "subset");
sign("inclusion", "\u2287", "superset");
sign("notin", "\u2209", "notin");
sign("pm", "\xB1\u2213", "pm");
sign("set", "\u2205", "empty");
sign("infinity", "\u221E", "infty");
sign("degree", "\xB0", "degree");
sign("ellipsis", "\u2026", "ldots");
for (const [character, name] of [..."\u2115\u2124\u211A\u211D\u2102\u2119"].map((c, i) => [c, "NZQRCP"[i] ?? ""])) sign("set", character, name);
for (const character of "\u2135\u2136\u2137\u2138") sign("other", character, character);
for (const character of "(),;[]{}|^_&!") signs.set(character, [character === "|" ? "bar" : character, character]);
var greekLetters = "\u03B1:alpha \u03B2:beta \u03B4:delta \u0394:delta \u03B5:epsilon \u03F5:varepsilon \u03B6:zeta \u03B7:eta \u03B8:theta \u0398:theta \u03D1:vartheta \u03B9:iota \u03BA:kappa \u03BB:lambda \u039B:lambda \u03BC:mu \u03BD:nu \u03BE:xi \u039E:xi \u03BF:omicron \u03C0:pi \u03A0:pi \u03D6:varpi \u03C1:rho \u03F1:varrho \u03C3:sigma \u03A3:sigma \u03C2:varsigma \u03C4:tau \u03C5:upsilon \u03A5:upsilon \u03C6:phi \u03A6:phi \u03D5:varphi \u03C7:chi \u03C8:psi \u03A8:psi \u03C9:omega \u03A9:omega";
for (const pair of greekLetters.split(" ")) signs.set(pair.slice(0, 1), ["greek", pair.slice(2)]);
sign("gamma", "\u03B3\u0393", "gamma");
var LONGEST_COMMAND = Math.max(...[...entries.keys()].map((name) => name.length));
var lookUpCommand = (command) => entries.get(command);
var lookUpSign = (character) => signs.get(character);

// src/math/lexer.ts
var MAX_MATH_LENGTH = 4e3;
var isDigit = (c) => c !== void 0 && c >= "0" && c <= "9";
var isLetter = (c) => c !== void 0 && (c >= "a" && c <= "z" || c >= "A" && c <= "Z");
var isSpace3 = (c) => c === " " || c === "	" || c === "\n" || c === "\r";
var spaceEnd2 = (text2, from) => {
  let end = from;
  while (isSpace3(text2[end])) end += 1;
  return end;
};
var digitsEnd = (text2, from) => {
  let end = from;
  while (isDigit(text2[end])) end += 1;
  return end;
};
var scanNumber = (text2, start) => {
  let end = digitsEnd(text2, start);
  if (text2[end] === "." && isDigit(text2[end + 1])) end = digitsEnd(text2, end + 1);
  if (end === start) return null;
  if (text2[end] === "E") {
    const signed = text2[end + 1] === "+" || text2[end + 1] === "-" ? end + 2 : end + 1;
    if (isDigit(text2[signed])) {
      const last = digitsEnd(text2, signed);
      return { token: { type: "scientific", text: text2.slice(start, last), start }, end: last };
    }
  }
  const afterSpace = isSpace3(text2[end]) ? end + 1 : end;
  const percent = text2.startsWith("\\%", afterSpace) ? 2 : text2[afterSpace] === "%" ? 1 : 0;
  if (percent > 0) return { token: { type: "percent", text: text2.slice(start, end), start }, end: afterSpace + percent };
  return { token: { type: "number", text: text2.slice(start, end), start }, end };
};
var scanDifferential = (text2, start) => {
  const next = spaceEnd2(text2, start + 1);
  if (isLetter(text2[next])) return { token: { type: "differential", text: text2.charAt(next), start }, end: next + 1 };
  if (text2[next] === "\\") {
    const command = longestCommand(text2, next);
    if (command && (command.type === "greek" || command.type === "gamma"))
      return { token: { type: "differential", text: command.text, start }, end: next + command.length };
  }
  return { token: { type: "letter", text: text2.charAt(start), start }, end: start + 1 };
};
var longestCommand = (text2, start) => {
  let end = start + 1;
  while (isLetter(text2[end]) && end - start < LONGEST_COMMAND) end += 1;
  for (; end > start + 1; end -= 1) {
    const found = lookUpCommand(text2.slice(start, end));
    if (found) return { type: found[0], text: found[1], length: end - start };
  }
  return null;
};
var accentEnd = (text2, open) => {
  for (let i = open + 1; i < text2.length; i += 1) {
    if (text2[i] === "\\" && text2[i + 1] === "}") i += 1;
    else if (text2[i] === "}") return i + 1;
  }
  return -1;
};
var NAMED_SETS = "NZQRCP";
var scanAccent = (text2, start, name) => {
  let open = start + 1 + name.length;
  if (name === "mathbb" && text2[open] === "{" && text2[open + 2] === "}" && NAMED_SETS.includes(text2.charAt(open + 1)))
    return { token: { type: "set", text: text2.charAt(open + 1), start }, end: open + 3 };
  if (isSpace3(text2[open])) open += 1;
  if (text2[open] !== "{") return null;
  const end = accentEnd(text2, open);
  if (end < 0) return null;
  const body = text2.slice(open + 1, end - 1).split(" ").join("");
  return { token: { type: "accent", text: accentSymbol(name, body), start }, end };
};
var accentSymbol = (name, body) => {
  if (name.includes("text") || name === "mbox") return body.split("(").join("").split(")").join("");
  if (name === "bar" || name === "overline") return `bar{${body}}`;
  if (name === "vec" || name === "overrightarrow") return `vec{${body}}`;
  if (name === "tilde" || name === "widetilde") return `tilde{${body}}`;
  return name.startsWith("math") ? `math{${body}}` : `${name}{${body}}`;
};
var scanBraced = (text2, start, { type, length }) => {
  const open = start + length;
  const close = text2.indexOf("}", open) + (type === "variable" && text2.indexOf("}}", open) === text2.indexOf("}", open) ? 1 : 0);
  if (text2[open] !== "{" || close < 1 || close - open > 200) return null;
  const name = text2.slice(open + 1, close);
  if (type !== "begin" || name !== "array") return { token: { type, text: name, start }, end: close + 1 };
  const columns = text2.indexOf("}", close + 1);
  if (text2[close + 1] !== "{" || columns < 0) return null;
  return { token: { type, text: name, start }, end: columns + 1 };
};
var ESCAPES = /* @__PURE__ */ new Map([
  [",", ["skip", ""]],
  [":", ["skip", ""]],
  [";", ["skip", ""]],
  ["!", ["skip", ""]],
  [" ", ["skip", ""]],
  ["$", ["skip", ""]],
  ["(", ["(", "\\("]],
  [")", [")", "\\("]],
  ["{", ["(", "\\{"]],
  ["}", [")", "\\{"]],
  ["|", ["bar", "\\|"]],
  ["\\", ["row", "\\\\"]]
]);
var scanCommand = (text2, start) => {
  const escape = ESCAPES.get(text2[start + 1] ?? "");
  if (escape) {
    if (text2.startsWith("\\{\\}", start)) return { token: { type: "set", text: "empty", start }, end: start + 4 };
    return { token: escape[0] === "skip" ? null : { type: escape[0], text: escape[1], start }, end: start + 2 };
  }
  if (text2.startsWith("\\char", start)) return scanCharCode(text2, start);
  if (text2.startsWith("\\not\\equiv", start)) return { token: { type: "relation", text: "!=", start }, end: start + 10 };
  const found = longestCommand(text2, start);
  if (!found) return null;
  if (found.type === "accent") return scanAccent(text2, start, found.text);
  if (found.type === "begin" || found.type === "end" || found.type === "operatorname" || found.type === "variable")
    return scanBraced(text2, start, found);
  let end = start + found.length;
  if (found.type === "infinity") end += text2.startsWith("\\%", end) ? 2 : text2[end] === "%" ? 1 : 0;
  return { token: found.type === "skip" ? null : { type: found.type, text: found.text, start }, end };
};
var CHAR_CODES = new Map(
  "391:alpha 392:beta 190:epsilon 396:zeta 397:eta 399:iota 39A:kappa 39C:mu 39D:nu 39F:omicron 3A1:rho 3A4:tau 3A7:chi".split(" ").map((pair) => [pair.slice(0, 3), pair.slice(4)])
);
var scanCharCode = (text2, start) => {
  const from = text2[start + 5] === '"' ? start + 6 : start + 5;
  const name = text2.startsWith("000", from) ? CHAR_CODES.get(text2.slice(from + 3, from + 6)) : void 0;
  return name ? { token: { type: "greek", text: name, start }, end: from + 6 } : null;
};
var DEGREES = ["\\circ", "\\degree", "\\circle", "\xB0"];
var scanCaret = (text2, start) => {
  const braced = text2[start + 1] === "{";
  const from = spaceEnd2(text2, start + (braced ? 2 : 1));
  const degree = DEGREES.filter((name) => text2.startsWith(name, from)).sort((a, b) => b.length - a.length)[0];
  if (degree !== void 0) {
    const end = spaceEnd2(text2, from + degree.length);
    if (!braced || text2[end] === "}")
      return { token: { type: "degree", text: degree, start }, end: braced ? end + 1 : from + degree.length };
  }
  const side = text2.startsWith("^{+}", start) ? "+" : text2.startsWith("^{-}", start) ? "-" : "";
  if (side !== "") return { token: { type: "side", text: side, start }, end: start + 4 };
  if (text2.startsWith("^T", start)) return { token: { type: "transpose", text: "T", start }, end: start + 2 };
  if (text2.startsWith("^{T}", start)) return { token: { type: "transpose", text: "T", start }, end: start + 4 };
  return { token: { type: "^", text: "^", start }, end: start + 1 };
};
var COMPOUND = [
  ["!==", "relation", "!="],
  ["!=", "relation", "!="],
  ["==", "relation", "="],
  ["<=", "relation", "<="],
  [">=", "relation", ">="],
  ["~=", "approx", "~"]
];
var scanSign = (text2, start) => {
  for (const [sign2, type, canonical] of COMPOUND)
    if (text2.startsWith(sign2, start)) return { token: { type, text: canonical, start }, end: start + sign2.length };
  const found = lookUpSign(text2.charAt(start));
  return found ? { token: { type: found[0], text: found[1], start }, end: start + 1 } : null;
};
var scanToken = (text2, start) => {
  const c = text2.charAt(start);
  if (isSpace3(c)) return { token: null, end: spaceEnd2(text2, start) };
  if (isDigit(c) || c === ".") return scanNumber(text2, start) ?? (text2.startsWith("...", start) ? ellipsis(start) : null);
  if (c === "\\") return scanCommand(text2, start);
  if (c === "^") return scanCaret(text2, start);
  if (c === "d") return scanDifferential(text2, start);
  if (c === "e" || c === "E") return { token: { type: c, text: c, start }, end: start + 1 };
  if (isLetter(c)) return { token: { type: "letter", text: c, start }, end: start + 1 };
  return scanSign(text2, start);
};
var ellipsis = (start) => ({ token: { type: "ellipsis", text: "ldots", start }, end: start + 3 });
var tokenize = (text2) => {
  if (text2.length > MAX_MATH_LENGTH) return null;
  const tokens = [];
  for (let position = 0; position < text2.length; ) {
    const scan = scanToken(text2, position);
    if (!scan) return null;
    if (scan.token) tokens.push(scan.token);
    position = scan.end;
  }
  return tokens;
};

// src/math/boxed.ts
var SEPARATOR = /\b(?:and|or)\b|,|;/;
var closingBrace = (text2, open, limit) => {
  let depth = 1;
  for (let i = open + 1; i < limit; i += 1) {
    if (text2[i] === "{") depth += 1;
    else if (text2[i] === "}") {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
};
var createFinder2 = (text2) => {
  const found = /* @__PURE__ */ new Map();
  const previous = (command, before) => {
    const known = found.get(command);
    if (known !== void 0 && known < before) return known;
    const index = before <= 0 ? -1 : text2.lastIndexOf(command, before - command.length);
    found.set(command, before < command.length ? -1 : index);
    return found.get(command) ?? -1;
  };
  return (before) => {
    const [boxed, framed] = [previous("\\boxed", before), previous("\\fbox", before)];
    if (boxed < 0 && framed < 0) return null;
    return boxed > framed ? { start: boxed, length: 6 } : { start: framed, length: 5 };
  };
};
var belongsTogether = (between, content, next) => between.length < 10 || content !== next && between.length < 70 && SEPARATOR.test(between);
var skipSpace2 = (text2, from, limit) => {
  let at = from;
  while (at < limit && /\s/.test(text2.charAt(at))) at += 1;
  return at;
};
var boxedContent = (text2, mode) => {
  const find = createFinder2(text2);
  const results = [];
  let limit = text2.length;
  let nextStart = -1;
  for (let box = find(text2.length); box; box = find(box.start)) {
    const open = skipSpace2(text2, box.start + box.length, limit);
    if (open >= limit) break;
    const close = text2[open] === "{" ? closingBrace(text2, open, limit) : -1;
    if (close < 0) {
      if (results.length === 0) results.push(text2.slice(open));
      break;
    }
    const content = text2.slice(open + 1, close).trim();
    const latest = results.at(-1);
    if (mode === "last" && nextStart >= 0 && !belongsTogether(text2.slice(close + 1, nextStart), content, latest ?? "")) break;
    if (latest !== content) results.push(content);
    nextStart = box.start;
    limit = box.start;
  }
  return results.length === 0 ? text2 : results.reverse().join(",");
};

// src/math/malformed.ts
var isDigit2 = (c) => c !== void 0 && c >= "0" && c <= "9";
var isLetter2 = (c) => c !== void 0 && (c >= "a" && c <= "z" || c >= "A" && c <= "Z");
var argumentEnd = (text2, start) => {
  if (text2[start] !== "\\") return Math.min(start + 1, text2.length);
  let end = start + 1;
  while (isLetter2(text2[end])) end += 1;
  return Math.max(end, start + 2);
};
var skipSpaces = (text2, start) => {
  let at = start;
  while (text2[at] === " ") at += 1;
  return at;
};
var parenthesised = (text2, open) => {
  let depth = 0;
  for (let i = open; i < text2.length && i - open < 2e3; i += 1) {
    if (text2[i] === "(") depth += 1;
    else if (text2[i] === ")") {
      depth -= 1;
      if (depth === 0) return { end: i + 1, body: `{${text2.slice(open + 1, i)}}` };
    }
  }
  return null;
};
var rewriteAfter = (text2, sign2, rewrite) => {
  let result = "";
  let copied = 0;
  for (let at = text2.indexOf(sign2); at >= 0; at = text2.indexOf(sign2, Math.max(copied, at + 1))) {
    const replaced = rewrite(at + sign2.length);
    if (!replaced) continue;
    result += text2.slice(copied, at) + replaced.text;
    copied = replaced.end;
  }
  return result + text2.slice(copied);
};
var fixPowers = (text2) => rewriteAfter(text2, "^", (at) => {
  const open = text2[at] === " " ? at + 1 : at;
  const group = text2[open] === "(" ? parenthesised(text2, open) : null;
  return group && { end: group.end, text: `^${group.body}` };
});
var fixRoots = (text2) => {
  const named2 = rewriteAfter(text2, "sqrt", (at) => {
    const open = skipSpaces(text2, at);
    const escaped = text2[at - 5] === "\\";
    if (text2[open] === "(") {
      const group = parenthesised(text2, open);
      return group && { end: group.end, text: `${escaped ? "" : "\\"}sqrt${group.body}` };
    }
    if (!escaped || open >= text2.length || text2[open] === "{" || text2[open] === "[") return null;
    const end = argumentEnd(text2, open);
    return { end, text: `sqrt{${text2.slice(open, end)}}` };
  });
  return named2.replaceAll(" sqrt", "\\sqrt");
};
var fixLogarithms = (text2) => rewriteAfter(text2, "\\log_", (at) => {
  const base = text2[at] === " " ? at + 1 : at;
  const next = text2[base + 1] === " " ? base + 2 : base + 1;
  let end = next;
  while (isDigit2(text2[end])) end += 1;
  return isDigit2(text2[base]) && end > next ? { end, text: `\\log_{${text2.charAt(base)}}{${text2.slice(next, end)}}` } : null;
});
var groupEnd = (text2, open) => {
  let depth = 0;
  for (let i = open; i < text2.length; i += 1) {
    if (text2[i] === "\\") i += 1;
    else if (text2[i] === "{") depth += 1;
    else if (text2[i] === "}") {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
};
var fixFraction = (text2, at) => {
  const top = skipSpaces(text2, at);
  if (text2[top] === "{") {
    const close = groupEnd(text2, top);
    const bottom2 = close < 0 ? -1 : skipSpaces(text2, close);
    if (bottom2 < 0 || bottom2 >= text2.length || text2[bottom2] === "{") return null;
    const end2 = argumentEnd(text2, bottom2);
    return { end: end2, text: `\\frac${text2.slice(top, close)}{${text2.slice(bottom2, end2)}}` };
  }
  const topEnd = argumentEnd(text2, top);
  const bottom = skipSpaces(text2, topEnd);
  if (bottom >= text2.length) return null;
  if (text2[bottom] === "{") return { end: bottom, text: `\\frac{${text2.slice(top, topEnd)}}` };
  let end = argumentEnd(text2, bottom);
  if (isDigit2(text2[top]) && isDigit2(text2[bottom])) while (isDigit2(text2[end])) end += 1;
  return { end, text: `\\frac{${text2.slice(top, topEnd)}}{${text2.slice(bottom, end)}}` };
};
var MAX_FRACTIONS = 500;
var fixFractions = (text2) => {
  let left = MAX_FRACTIONS;
  return rewriteAfter(text2, "\\frac", (at) => {
    left -= 1;
    return left < 0 ? null : fixFraction(text2, at);
  });
};
var SLASH = /^(-?(?:0|[1-9]\d*))\/(-?(?:0|[1-9]\d*))$/;
var fixMalformed = (text2) => {
  let result = text2.includes("^") ? fixPowers(text2) : text2;
  if (result.includes("sqrt")) result = fixRoots(result);
  if (result.includes("\\log_")) result = fixLogarithms(result);
  if (result.includes("\\frac")) result = fixFractions(result);
  const slash = result.length < 100 ? SLASH.exec(result) : null;
  return slash ? `\\frac{${slash[1] ?? ""}}{${slash[2] ?? ""}}` : result;
};

// src/math/units.ts
var NAMES = "integerpoint,feet,sue,digit,pound,meal,edge,student,children ticket,multiple,east,degree,mph,kmph,ft,m square, m east,sq m,deg,mile,q .,monkey,prime,ratio,profit of rs,rd,o,gm,p . m,lb,tile,per,dm,lt,gain,ab,way,west,a .,b .,c .,d .,e .,f .,g .,h .,t,h,no change,men,soldier,pie,bc,excess,st,inches,noon,cent,by,gal,kmh,c,acre,rise,a . m,th,\u03C0 r 2,sq,mark,l,toy,coin,sq . m,gallon,\xB0 f,profit,minw,yr,women,am,pm,hr,cu cm,square,v \xE2 \u20AC \u2122,are,rupee,rounds,cubic,cc,mtr,s,ohm,number,day,hour,minute,min,second,man,woman,sec,cube,mt,sq inch,mp,\u220F cm \xB3,hectare,more,unit,cu . m,cm 2,rs .,rs,kg,g,month,km,m,cm,mm,apple,liter,loss,yard,pure,year,increase,decrease,d,less,Surface,litre,pi sq m,s .,metre,meter,inch";
var UNITS2 = new Set(NAMES.split(",").flatMap((name) => [name, `${name}s`, `${name}es`]));
var LONGEST = Math.max(...[...UNITS2].map((name) => name.length));
var isSpace4 = (c) => c !== "" && c.trim() === "";
var dropUnitWord = (text2) => {
  const end = text2.trimEnd().length;
  for (let start = Math.max(0, end - LONGEST); start < end; start += 1) {
    if (!UNITS2.has(text2.slice(start, end))) continue;
    let before = start;
    while (before > 0 && isSpace4(text2.charAt(before - 1))) before -= 1;
    const anchor = text2.charAt(before - 1);
    if (before > 0 && (anchor >= "0" && anchor <= "9" || anchor === "}")) return text2.slice(0, before);
    if (before < start) return text2.slice(0, before + 1);
  }
  return text2;
};
var COMMANDS = ["\\text{", "\\mbox{"];
var withoutPower = (text2) => {
  const n = text2.length;
  const isDigit4 = (i) => /[0-9]/.test(text2.charAt(i));
  if (text2[n - 1] === "}" && isDigit4(n - 2) && text2[n - 3] === "^" && text2[n - 4] === "{") return n - 4;
  return isDigit4(n - 1) && text2[n - 2] === "^" ? n - 2 : n;
};
var dropUnitText = (text2) => {
  for (const end of /* @__PURE__ */ new Set([withoutPower(text2), text2.length])) {
    if (text2[end - 1] !== "}") continue;
    const start = firstTopLevelText(text2);
    if (start >= 0 && start < end - 5) return text2.slice(0, start);
  }
  return text2;
};
var firstTopLevelText = (text2) => {
  let depth = 0;
  for (let i = 0; i < text2.length; i += 1) {
    const c = text2[i];
    if (c === "\\") {
      if (depth === 0 && COMMANDS.some((command) => text2.startsWith(command, i))) return i;
      i += 1;
    } else if (c === "{") depth += 1;
    else if (c === "}") depth -= 1;
    else if (c === "\n") return -1;
  }
  return -1;
};
var dropUnits = (text2) => {
  const keep = (next, old) => next === "" ? old : next;
  let result = keep(dropUnitText(text2).trim(), text2);
  for (let i = 0; i < 2; i += 1) result = keep(dropUnitWord(result), result);
  return result;
};

// src/math/normalize-latex.ts
var DEFAULT_NORMALIZATION = { basic: true, units: true, malformed: true, nits: true, boxed: "all" };
var LEFT = /\\m?left(?=\\\{|\{|\\\||\||\[|\(|\\rbracl|\\lgroup|\\lbrace|\\lbrack|\\vert|\\lvert|\\lceil|\\lfloor|\\langle|\\llcorner|\\ulcorner)/g;
var RIGHT = /\\m?right(?=\\\}|\}|\\\||\||\]|\)|\\rbrack|\\rgroup|\\rbrace|\\vert|\\rvert|\\rceil|\\rfloor|\\rangle|\\lrcorner|\\urcorner)/g;
var PERMUTATION = /\(([a-zA-Z0-9+\-*/\\ ]+?)\)_\{([a-zA-Z0-9+\-*/\\ ]+?)\}/g;
var REMOVED = /\\mathrm\{th\}|\\!\s*|\\text\s*\{\s*\}|\\\$|\$|(?<!\\)["']|\\displaystyle/g;
var COMMAND_WORDS = /\\math(?:rm|it|bf)|\\text(?:normal|bf|it|rm)|\\[dtc]frac/g;
var isSpace5 = (c) => c !== "" && c.trim() === "";
var isLetter3 = (c) => c >= "a" && c <= "z" || c >= "A" && c <= "Z";
var isWordCharacter = (c) => isLetter3(c) || c >= "0" && c <= "9" || c === "_";
var spaceEnd3 = (text2, from) => {
  let end = from;
  while (end < text2.length && isSpace5(text2.charAt(end))) end += 1;
  return end;
};
var conjunction = (text2, at) => {
  const length = text2.startsWith("and", at) ? 3 : text2.startsWith("or", at) ? 2 : 0;
  return length > 0 && !isLetter3(text2.charAt(at + length)) ? at + length : -1;
};
var PERCENT_WORDS = ["percentage", "percent", "pct"];
var percentWord = (text2, at) => {
  if (isWordCharacter(text2.charAt(at - 1))) return -1;
  const word = PERCENT_WORDS.find((candidate) => text2.startsWith(candidate, at) && !isWordCharacter(text2.charAt(at + candidate.length)));
  return word ? at + word.length : -1;
};
var bracedComma = (text2, at) => {
  if (text2[at] !== "{") return -1;
  const comma = spaceEnd3(text2, at + 1);
  const close = text2[comma] === "," ? spaceEnd3(text2, comma + 1) : -1;
  return close > 0 && text2[close] === "}" ? close + 1 : -1;
};
var textConjunction = (text2, at) => {
  if (!text2.startsWith("\\text{", at)) return -1;
  const word = spaceEnd3(text2, at + 6);
  const end = text2.startsWith("and", word) ? word + 3 : text2.startsWith("or", word) ? word + 2 : -1;
  const close = end < 0 ? -1 : spaceEnd3(text2, end);
  return close > 0 && text2[close] === "}" ? close + 1 : -1;
};
var rewriteSpace = (text2, start) => {
  const end = spaceEnd3(text2, start);
  const run = text2.slice(start, end);
  const comma = bracedComma(text2, end);
  if (comma > 0) return { end: comma, text: "," };
  const joint = textConjunction(text2, end);
  if (joint > 0) return { end: joint, text: "," };
  const word = conjunction(text2, end);
  if (word > 0) return { end: word, text: isLetter3(text2.charAt(start - 1)) ? `${run.charAt(0)},` : "," };
  const percent = percentWord(text2, end);
  if (percent > 0) return { end: percent, text: "\\%" };
  if (text2[end] === "." && !text2.startsWith("...", end)) return { end: end + 1, text: `${run.slice(0, -1)} 0.` };
  if (run.endsWith(" ") && text2.startsWith("sqrt", end)) return { end: end + 4, text: `${run.slice(0, -1)}\\sqrt` };
  return { end, text: run };
};
var rewriteComma = (text2, start) => {
  const next = spaceEnd3(text2, start + 1);
  const joint = textConjunction(text2, next);
  if (joint > 0) return { end: joint, text: "," };
  const word = isLetter3(text2.charAt(start - 1)) ? -1 : conjunction(text2, next);
  return word > 0 ? { end: word, text: "," } : null;
};
var rewriteWord = (text2, start) => {
  const previous = text2.charAt(start - 1);
  const word = isLetter3(previous) ? -1 : conjunction(text2, start);
  if (word > 0) return { end: word, text: "," };
  const percent = percentWord(text2, start);
  if (percent > 0) return { end: percent, text: "\\%" };
  if (text2.startsWith("infinity", start)) return { end: start + 8, text: "\\infty" };
  return previous !== "\\" && text2.startsWith("inf", start) && !isLetter3(text2.charAt(start + 3)) ? { end: start + 3, text: "\\infty" } : null;
};
var TEXT_PERCENT = ["\\text{percentage}", "\\text{percent}", "\\text{pct}"];
var rewriteCommand = (text2, start) => {
  const joint = textConjunction(text2, start);
  if (joint > 0) return { end: joint, text: "," };
  if (isSpace5(text2.charAt(start + 1)) && text2.charAt(start - 1) !== "\\") return { end: start + 2, text: " " };
  const percent = TEXT_PERCENT.find((command) => text2.startsWith(command, start));
  return percent ? { end: start + percent.length, text: "%" } : null;
};
var rewriteAt = (text2, start) => {
  const c = text2.charAt(start);
  if (isSpace5(c)) return rewriteSpace(text2, start);
  if (c === "\\") return rewriteCommand(text2, start);
  if (c === ",") return rewriteComma(text2, start);
  if (c === "{") {
    const comma = bracedComma(text2, start);
    if (comma > 0) return { end: comma, text: "," };
    return text2[start + 1] === "." ? { end: start + 2, text: "{0." } : null;
  }
  if (c === "~") return text2[start + 1] === "=" ? { end: start + 2, text: "\\approx" } : null;
  return c === "a" || c === "o" || c === "p" || c === "i" ? rewriteWord(text2, start) : null;
};
var rewriteWords = (text2) => {
  let result = "";
  let copied = 0;
  for (let i = 0; i < text2.length; ) {
    const rewrite = rewriteAt(text2, i);
    if (rewrite) {
      result += text2.slice(copied, i) + rewrite.text;
      copied = rewrite.end;
      i = rewrite.end;
    } else i += 1;
  }
  return result + text2.slice(copied);
};
var commandWord = (command) => command.endsWith("frac") ? "\\frac" : "\\text";
var basicRules = (text2) => {
  let result = text2;
  if (result.includes("\\")) {
    result = result.replaceAll("\\mathrm{T}", "T").replaceAll("\\mathrm{d}", "d").replaceAll("{\\rm d}", "d").replaceAll("\\left[\\begin{matrix}", "\\begin{bmatrix}").replaceAll("\\end{matrix}\\right]", "\\end{bmatrix}").replace(LEFT, "").replace(RIGHT, "");
  }
  if (result.includes(")_{")) result = result.replace(PERMUTATION, "\\frac{($1)!}{(($1)-($2))!}");
  result = result.replace(REMOVED, "");
  if (result.includes("\\")) result = result.replace(COMMAND_WORDS, commandWord);
  result = rewriteWords(result).replaceAll("\n", " ").replaceAll("	", " ");
  return result.includes("matrix") || !result.includes("\\\\") ? result : result.replace(/\\\\(?=[a-zA-Z])/g, "\\");
};
var MAX_NORMALIZED = 8e3;
var normalizeLatex = (text2, rules) => {
  let result = rules.boxed === "none" ? text2 : boxedContent(text2, rules.boxed);
  if (result.length > MAX_NORMALIZED) return result.slice(0, MAX_NORMALIZED);
  if (rules.basic) result = basicRules(result);
  if (rules.units) result = dropUnits(result);
  if (rules.nits && result.startsWith(".")) result = `0${result}`;
  if (rules.nits && result === "0.5") result = "\\frac{1}{2}";
  if (rules.malformed) result = fixMalformed(result);
  return result.trim();
};

// src/math/cursor.ts
var MAX_DEPTH3 = 120;
var MAX_STEPS = 6e3;
var createCursor = (tokens) => ({ tokens, index: 0, depth: 0, steps: 0, barCloses: false });
var peek = (cursor, ahead = 0) => cursor.tokens[cursor.index + ahead]?.type ?? "";
var peekText = (cursor, ahead = 0) => cursor.tokens[cursor.index + ahead]?.text ?? "";
var accept = (cursor, type, text2) => {
  const token = cursor.tokens[cursor.index];
  if (token?.type !== type || text2 !== void 0 && token.text !== text2) return false;
  cursor.index += 1;
  return true;
};
var attempt = (cursor, parse) => {
  const { index } = cursor;
  cursor.steps += 1;
  if (cursor.steps > MAX_STEPS || cursor.depth > MAX_DEPTH3) return null;
  cursor.depth += 1;
  const result = parse(cursor);
  cursor.depth -= 1;
  if (result === null) cursor.index = index;
  return result;
};
var atEnd = (cursor) => cursor.index >= cursor.tokens.length;

// src/math/complex.ts
var EPSILON = 23e-17;
var modulus = (z) => z.im === 0 ? Math.abs(z.re) : Math.hypot(z.re, z.im);
var finite = (re, im, error) => {
  const total = error + EPSILON * (Math.abs(re) + Math.abs(im));
  return Number.isFinite(re) && Number.isFinite(im) && Number.isFinite(total) ? { re, im, error: total } : null;
};
var real = (re, error = 0) => finite(re, 0, error);
var addComplex = (a, b) => finite(a.re + b.re, a.im + b.im, a.error + b.error);
var mulComplex = (a, b) => {
  const error = modulus(a) * b.error + modulus(b) * a.error + a.error * b.error;
  const result = a.im === 0 && b.im === 0 ? finite(a.re * b.re, 0, error) : finite(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re, error + EPSILON * modulus(a) * modulus(b));
  const lost = result && modulus(result) === 0 && modulus(a) !== 0 && modulus(b) !== 0;
  return lost ? null : result;
};
var invert = (a) => {
  const size = modulus(a);
  if (size <= a.error * 4) return null;
  const square2 = size * size;
  if (square2 === 0 || !Number.isFinite(square2)) return a.im === 0 ? finite(1 / a.re, 0, a.error / size / size) : null;
  return finite(a.re / square2, a.im === 0 ? 0 : -a.im / square2, a.error / square2);
};
var expComplex = (a) => {
  const size = Math.exp(a.re);
  if (size === 0) return null;
  const error = size * a.error * 1.01;
  return a.im === 0 ? finite(size, 0, error) : finite(size * Math.cos(a.im), size * Math.sin(a.im), error + EPSILON * size * (1 + Math.abs(a.im)));
};
var logComplex = (a) => {
  const size = modulus(a);
  if (size <= a.error * 4) return null;
  return finite(Math.log(size), a.im === 0 && a.re > 0 ? 0 : Math.atan2(a.im, a.re), a.error / size + EPSILON);
};
var square = (a) => mulComplex(a, a);
var wholePower = (base, exponent) => {
  let result = { re: 1, im: 0, error: 0 };
  let factor = base;
  for (let n = Math.abs(exponent); n > 0 && result && factor; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = mulComplex(result, factor);
    if (n > 1) factor = square(factor);
  }
  return result && exponent < 0 ? invert(result) : result;
};
var powComplex = (base, exponent) => {
  if (exponent.im === 0 && exponent.error <= EPSILON * Math.abs(exponent.re)) {
    if (Number.isInteger(exponent.re) && Math.abs(exponent.re) <= 64) return wholePower(base, exponent.re);
    if (exponent.re === 0.5) return sqrtComplex(base);
  }
  if (base.re === 0 && base.im === 0 && base.error === 0) return exponent.re > 0 && exponent.im === 0 ? base : null;
  const logarithm2 = logComplex(base);
  const scaled = logarithm2 && mulComplex(logarithm2, exponent);
  return scaled && expComplex(scaled);
};
var sqrtComplex = (a) => {
  const size = Math.sqrt(modulus(a));
  const error = size === 0 ? Math.sqrt(a.error) : Math.min(Math.sqrt(a.error), a.error / size);
  if (a.im === 0) return a.re >= 0 ? finite(size, 0, error) : finite(0, size, error);
  const re = Math.sqrt((modulus(a) + a.re) / 2);
  const im = Math.sqrt((modulus(a) - a.re) / 2);
  return finite(re, a.im < 0 ? -im : im, error + EPSILON * size * 2);
};
var scaleComplex = (a, factor) => ({
  re: a.re * factor,
  im: a.im * factor,
  error: a.error * Math.abs(factor)
});
var timesI = (a) => ({ re: -a.im, im: a.re, error: a.error });
var minus = (a) => scaleComplex(a, -1);
var UNIT = { re: 1, im: 0, error: 0 };
var chain = (a, ...steps) => steps.reduce((value, step) => value && step(value), a);
var quotient = (a, b) => {
  const inverse = b && invert(b);
  return a && inverse && mulComplex(a, inverse);
};
var sinh = (z) => chain(expPair(z, -1), (w) => scaleComplex(w, 0.5));
var cosh = (z) => chain(expPair(z, 1), (w) => scaleComplex(w, 0.5));
var expPair = (z, sign2) => {
  const [up, down] = [expComplex(z), expComplex(minus(z))];
  return up && down && addComplex(up, scaleComplex(down, sign2));
};
var sin = (z) => z.im === 0 ? finite(Math.sin(z.re), 0, z.error + EPSILON) : chain(sinh(timesI(z)), timesI, minus);
var cos = (z) => z.im === 0 ? finite(Math.cos(z.re), 0, z.error + EPSILON) : cosh(timesI(z));
var asin = (z) => {
  const root = chain(square(z), minus, (w) => addComplex(w, UNIT), sqrtComplex);
  if (z.im === 0 && Math.abs(z.re) <= 1) return finite(Math.asin(z.re), 0, z.error / Math.max(1e-8, Math.sqrt(1 - z.re * z.re)) + EPSILON);
  return chain(root && addComplex(timesI(z), root), logComplex, timesI, minus);
};
var HALF_PI = { re: Math.PI / 2, im: 0, error: EPSILON };
var acos = (z) => chain(asin(z), minus, (w) => addComplex(w, HALF_PI));
var asinh = (z) => chain(asin(timesI(z)), timesI, minus);
var atanh = (z) => {
  const [up, down] = [chain(addComplex(UNIT, z), logComplex), chain(addComplex(UNIT, minus(z)), logComplex)];
  return up && down && scaleComplex(addComplex(up, minus(down)) ?? up, 0.5);
};
var atan = (z) => z.im === 0 ? finite(Math.atan(z.re), 0, z.error) : chain(atanh(timesI(z)), timesI, minus);
var acosh = (z) => {
  const [up, down] = [chain(addComplex(z, UNIT), sqrtComplex), chain(addComplex(z, minus(UNIT)), sqrtComplex)];
  const product2 = up && down && mulComplex(up, down);
  return chain(product2 && addComplex(z, product2), logComplex);
};
var COMPLEX_FUNCTIONS = /* @__PURE__ */ new Map([
  ["sin", sin],
  ["cos", cos],
  ["tan", (z) => quotient(sin(z), cos(z))],
  ["cot", (z) => quotient(cos(z), sin(z))],
  ["sec", (z) => chain(cos(z), invert)],
  ["csc", (z) => chain(sin(z), invert)],
  ["asin", asin],
  ["acos", acos],
  ["atan", atan],
  ["acot", (z) => chain(invert(z), atan)],
  ["asec", (z) => chain(invert(z), acos)],
  ["acsc", (z) => chain(invert(z), asin)],
  ["sinh", sinh],
  ["cosh", cosh],
  ["tanh", (z) => quotient(sinh(z), cosh(z))],
  ["asinh", asinh],
  ["acosh", acosh],
  ["atanh", atanh],
  ["abs", (z) => finite(modulus(z), 0, z.error)]
]);

// src/math/budget.ts
var COMPARISON_STEPS = 12e3;
var createBudget = (steps = COMPARISON_STEPS) => ({ left: steps });
var spend = (budget, steps = 1) => {
  budget.left -= steps;
  return budget.left >= 0;
};

// src/math/calculus.ts
var NODES = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664];
var WEIGHTS = [0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908];
var gauss = (f, range, panels) => {
  const width = (range[1] - range[0]) / panels;
  let total = { re: 0, im: 0, error: 0 };
  for (let panel = 0; panel < panels; panel += 1)
    for (let i = 0; i < NODES.length && total; i += 1) {
      const value = f(range[0] + width * (panel + 0.5 + 0.5 * (NODES[i] ?? 0)));
      total = value && addComplex(total, scaleComplex(value, (WEIGHTS[i] ?? 0) * width * 0.5));
    }
  return total;
};
var withError = (fine, coarse) => ({
  ...fine,
  error: fine.error + Math.hypot(fine.re - coarse.re, fine.im - coarse.im)
});
var integrate = (f, a, b) => {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return null;
  const coarse = gauss(f, [a, b], 12);
  const fine = coarse && gauss(f, [a, b], 24);
  const value = fine && coarse && withError(fine, coarse);
  return value && value.error < 1e-8 * (1 + modulus(value)) ? value : null;
};
var difference = (f, x, step) => {
  const [up, down] = [f(x + step), f(x - step)];
  const gap = up && down && addComplex(up, scaleComplex(down, -1));
  return gap && scaleComplex(gap, 1 / (2 * step));
};
var differentiate = (f, x) => {
  const extrapolated = (step) => {
    const [wide, near] = [difference(f, x, step), difference(f, x, step / 2)];
    return wide && near && addComplex(scaleComplex(near, 4 / 3), scaleComplex(wide, -1 / 3));
  };
  const [coarse, fine] = [extrapolated(4e-3), extrapolated(2e-3)];
  return coarse && fine && withError(fine, coarse);
};

// src/math/exact.ts
var MAX_FACTORIAL = 5000n;
var MAX_TERMS = 2000n;
var HUNDREDTH = { num: 1n, den: 100n };
var NO_BINDINGS = /* @__PURE__ */ new Map();
var BITS_PER_STEP = 64;
var exactValue = (node, budget = createBudget()) => valueOf(node, { bindings: NO_BINDINGS, budget });
var paid = (value, context) => {
  if (!value) return null;
  const bits = bitLength(value.num) + bitLength(value.den);
  return bits < BITS_PER_STEP || spend(context.budget, bits / BITS_PER_STEP) ? value : null;
};
var valueOf = (node, context) => {
  if (!spend(context.budget)) return null;
  switch (node.kind) {
    case "number":
      return node.value;
    case "symbol":
      return context.bindings.get(node.name) ?? null;
    case "percent": {
      const value = valueOf(node.arg, context);
      return value && mulRational(value, HUNDREDTH);
    }
    case "add":
      return fold(node.args, SUM, context);
    case "mul":
      return fold(node.args, PRODUCT, context);
    case "pow":
      return paid(exactPower(node.base, node.exponent, context), context);
    case "function":
      return node.known ? paid(exactFunction(node, context), context) : null;
    case "binder":
      return exactSeries(node, context);
    default:
      return null;
  }
};
var SUM = { neutral: ZERO, apply: addRational };
var PRODUCT = { neutral: ONE, apply: mulRational };
var fold = (args, operation, context) => {
  let total = operation.neutral;
  for (const arg of args) {
    const value = valueOf(arg, context);
    const next = value && paid(operation.apply(total, value), context);
    if (!next) return null;
    total = next;
  }
  return total;
};
var exactPower = (baseNode, exponentNode, context) => {
  const exponent = valueOf(exponentNode, context);
  const base = exponent && valueOf(baseNode, context);
  if (!exponent || !base) return null;
  if (isInteger(exponent)) return powRational(base, exponent.num / exponent.den);
  if (base.num < 0n || exponent.den > 64n) return null;
  const reduced = rational(base.num, base.den);
  const top = reduced && exactRoot(reduced.num, exponent.den);
  const bottom = reduced && exactRoot(reduced.den, exponent.den);
  return top === null || bottom === null ? null : powRational({ num: top, den: bottom }, exponent.num);
};
var factorial = (n) => n < 0n || n > MAX_FACTORIAL ? null : productOfRange(1n, n);
var productOfRange = (from, to) => {
  if (from > to) return 1n;
  if (to - from < 4n) {
    let product2 = from;
    for (let i = from + 1n; i <= to; i += 1n) product2 *= i;
    return product2;
  }
  const middle = (from + to) / 2n;
  return productOfRange(from, middle) * productOfRange(middle + 1n, to);
};
var binomial = (n, k) => {
  if (!isInteger(n) || !isInteger(k)) return null;
  const [top, bottom] = [n.num / n.den, k.num / k.den];
  if (top < 0n || top > MAX_FACTORIAL) return null;
  if (bottom < 0n || bottom > top) return ZERO;
  const small = bottom * 2n > top ? top - bottom : bottom;
  return integer(productOfRange(top - small + 1n, top) / productOfRange(1n, small));
};
var modulo = (a, b) => {
  const quotient2 = divRational(a, b);
  return quotient2 && addRational(a, { num: -floorRational(quotient2) * b.num, den: b.den });
};
var gcdRational = (a, b) => rational(gcdBigInt(a.num * b.den, b.num * a.den), a.den * b.den);
var lcmRational = (a, b) => {
  if (a.num === 0n || b.num === 0n) return ZERO;
  const divisor = gcdRational(a, b);
  const product2 = mulRational(a, b);
  const value = divisor && product2 && divRational(product2, divisor);
  return value && absolute(value);
};
var absolute = (value) => value.num < 0n ? negRational(value) : value;
var exactFunction = (node, context) => {
  const args = [];
  for (const arg of node.args) {
    const value = valueOf(arg, context);
    if (!value) return null;
    args.push(value);
  }
  const [a, b] = args;
  if (!a) return null;
  switch (node.name) {
    case "abs":
    case "norm":
      return absolute(a);
    case "floor":
      return integer(floorRational(a));
    case "ceil":
      return integer(-floorRational(negRational(a)));
    case "factorial": {
      const value = isInteger(a) ? factorial(a.num / a.den) : null;
      return value === null ? null : integer(value);
    }
    case "binomial":
      return b ? binomial(a, b) : null;
    case "mod":
      return b ? modulo(a, b) : null;
    case "log":
      return b ? exactLogarithm(a, b) : null;
    case "transpose":
      return a;
    default:
      return exactReduction(node.name, args);
  }
};
var exactReduction = (name, args) => {
  const [first, ...rest] = args;
  if (!first) return null;
  if (name === "max" || name === "min") {
    const sign2 = name === "max" ? 1 : -1;
    return rest.reduce((best, value) => compareRational(value, best) === sign2 ? value : best, first);
  }
  const step = name === "gcd" ? gcdRational : name === "lcm" ? lcmRational : null;
  if (!step) return null;
  return rest.reduce((total, value) => total && step(total, value), absolute(first));
};
var exactLogarithm = (a, b) => {
  if (a.num <= 0n || b.num <= 0n || b.den !== 1n || b.num === 1n || a.num !== 1n && a.den !== 1n) return null;
  const inverse = a.den !== 1n;
  let value = inverse ? a.den : a.num;
  let exponent = 0n;
  while (value % b.num === 0n && exponent < MAX_TERMS) {
    value /= b.num;
    exponent += 1n;
  }
  return value === 1n ? integer(inverse ? -exponent : exponent) : null;
};
var exactSeries = (node, context) => {
  if (node.operator !== "sum" && node.operator !== "product") return null;
  const [lowNode, highNode] = node.bounds;
  const low = lowNode && valueOf(lowNode, context);
  const high = highNode && valueOf(highNode, context);
  if (!low || !high || !isInteger(low) || !isInteger(high)) return null;
  const [from, to] = [low.num / low.den, high.num / high.den];
  if (to - from > MAX_TERMS) return null;
  const step = node.operator === "sum" ? addRational : mulRational;
  let total = node.operator === "sum" ? ZERO : ONE;
  for (let k = from; k <= to; k += 1n) {
    const term = valueOf(node.body, { budget: context.budget, bindings: new Map([...context.bindings, [node.variable, integer(k)]]) });
    const next = term && paid(step(total, term), context);
    if (!next) return null;
    total = next;
  }
  return total;
};
var hasDecimal = (node) => {
  switch (node.kind) {
    case "number":
      return node.approximate;
    case "add":
    case "mul":
    case "function":
      return node.args.some(hasDecimal);
    case "pow":
      return hasDecimal(node.base) || hasDecimal(node.exponent);
    case "percent":
      return hasDecimal(node.arg);
    case "binder":
      return hasDecimal(node.body) || node.bounds.some(hasDecimal);
    default:
      return false;
  }
};

// src/math/key.ts
var keyOf = (node) => {
  switch (node.kind) {
    case "number":
      return rationalKey(node.value);
    case "symbol":
      return `'${node.name}`;
    case "constant":
      return `#${node.name}`;
    case "namedSet":
      return `#${node.name}`;
    case "add":
    case "mul":
      return `${node.kind}(${node.args.map(keyOf).sort().join(" ")})`;
    case "set":
      return `set(${[...new Set(node.items.map(keyOf))].sort().join(" ")})`;
    case "function":
      return `${node.name}${node.known ? "" : "?"}(${node.args.map(keyOf).join(" ")})`;
    case "binder":
      return `${node.operator} ${node.variable}(${childrenOf(node).map(keyOf).join(" ")})`;
    case "matrix":
      return `matrix(${node.rows.map((row) => row.map(keyOf).join(" ")).join(";")})`;
    case "interval":
      return `${node.lowOpen ? "(" : "["}${keyOf(node.low)} ${keyOf(node.high)}${node.highOpen ? ")" : "]"}`;
    case "setOperation":
    case "relation":
      return `${node.operator}(${keyOf(node.left)} ${keyOf(node.right)})`;
    case "statement":
      return `${node.operator}(${node.args.map(keyOf).join(" ")})`;
    default:
      return `${node.kind}(${childrenOf(node).map(keyOf).join(" ")})`;
  }
};

// src/math/evaluate.ts
var EULER_GAMMA = 0.5772156649015329;
var exactComplex = (value) => {
  const re = toNumber(value);
  return re === 0 && value.num !== 0n ? null : real(re);
};
var evaluate = (node, point) => {
  if (!spend(point.budget)) return null;
  switch (node.kind) {
    case "number":
      return exactComplex(node.value);
    case "symbol":
      return real(point.at(node.name));
    case "constant":
      return evaluateConstant(node.name);
    case "percent": {
      const value = evaluate(node.arg, point);
      return value && mulComplex(value, { re: 0.01, im: 0, error: 1e-18 });
    }
    case "add":
      return reduce(node.args, addComplex, point);
    case "mul":
      return reduce(node.args, mulComplex, point);
    case "pow":
      return evaluatePower(node.base, node.exponent, point);
    case "function":
      return evaluateFunction(node, point);
    case "binder":
      return evaluateBinder(node, point);
    default:
      return null;
  }
};
var evaluateConstant = (name) => {
  if (name === "pi") return real(Math.PI);
  if (name === "e") return real(Math.E);
  if (name === "gamma") return real(EULER_GAMMA);
  return name === "i" ? { re: 0, im: 1, error: 0 } : null;
};
var reduce = (args, operation, point) => {
  let total = null;
  for (const arg of args) {
    const value = evaluate(arg, point);
    if (!value) return null;
    total = total ? operation(total, value) : value;
    if (!total) return null;
  }
  return total;
};
var evaluatePower = (base, exponent, point) => {
  const index = evaluate(exponent, point);
  const value = index && evaluate(base, point);
  return value && powComplex(value, index);
};
var evaluateFunction = (node, point) => {
  const values = [];
  for (const arg of node.args) {
    const value = evaluate(arg, point);
    if (!value) return node.known ? exactFallback(node, point) : real(point.at(keyOf(node)));
    values.push(value);
  }
  const [a, b] = values;
  if (!a) return null;
  if (!node.known) return real(point.at(`${node.name}(${values.map(rounded).join(",")})`));
  const simple = COMPLEX_FUNCTIONS.get(node.name);
  if (simple) return simple(a);
  if (node.name === "log") return evaluateLogarithm(a, b);
  return REAL_FUNCTIONS.has(node.name) ? evaluateReal(node, values) ?? exactFallback(node, point) : real(point.at(keyOf(node)));
};
var exactFallback = (node, point) => {
  const value = exactValue(node, point.budget);
  return value && exactComplex(value);
};
var rounded = (z) => `${z.re.toPrecision(9)},${Math.abs(z.im) < 1e-12 ? 0 : z.im.toPrecision(9)}`;
var evaluateLogarithm = (a, base) => {
  const top = logComplex(a);
  const bottom = base && logComplex(base);
  if (base?.re === Math.E && base.im === 0) return top;
  const inverse = bottom ? invert(bottom) : null;
  return top && inverse && mulComplex(top, inverse);
};
var isReal = (z) => Math.abs(z.im) <= z.error * 4;
var REAL_FUNCTIONS = /* @__PURE__ */ new Set(["floor", "ceil", "max", "min", "norm", "mod", "factorial", "binomial"]);
var evaluateReal = (node, values) => {
  if (!values.every(isReal)) return null;
  const numbers = values.map((value) => value.re);
  const [a = 0, b = 0] = numbers;
  const error = Math.max(...values.map((value) => value.error));
  switch (node.name) {
    case "floor":
    case "ceil": {
      const nearest = Math.round(a);
      const value = Math.abs(a - nearest) <= error * 4 ? nearest : node.name === "floor" ? Math.floor(a) : Math.ceil(a);
      return real(value);
    }
    case "max":
      return real(Math.max(...numbers), error);
    case "min":
      return real(Math.min(...numbers), error);
    case "norm":
      return real(Math.abs(a), error);
    case "mod":
      return b === 0 ? null : real(a - b * Math.floor(a / b), error * (1 + Math.abs(a / b)));
    case "factorial":
      return gammaReal(a + 1, error);
    case "binomial":
      return realBinomial(a, b, error);
    default:
      return null;
  }
};
var LANCZOS = [
  0.9999999999998099,
  676.5203681218851,
  -1259.1392167224028,
  771.3234287776531,
  -176.6150291621406,
  12.507343278686905,
  -0.13857109526572012,
  9984369578019572e-21,
  15056327351493116e-23
];
var gammaReal = (x, error) => {
  if (x <= 0 && Number.isInteger(x)) return null;
  if (Number.isInteger(x) && x <= 171) {
    let product2 = 1;
    for (let k = 2; k < x; k += 1) product2 *= k;
    return real(product2, product2 * 1e-15 + product2 * error * 5);
  }
  if (x < 0.5) {
    const mirrored = gammaReal(1 - x, error);
    return mirrored && invert({ re: Math.sin(Math.PI * x) * mirrored.re / Math.PI, im: 0, error: Math.abs(mirrored.re) * 1e-14 });
  }
  const t = x + 6.5;
  const series = LANCZOS.reduce((sum2, c, i) => i === 0 ? c : sum2 + c / (x - 1 + i), 0);
  const value = Math.sqrt(2 * Math.PI) * t ** (x - 0.5) * Math.exp(-t) * series;
  return real(value, Math.abs(value) * (1e-13 + error * 10));
};
var realBinomial = (n, k, error) => {
  const [top, low, rest] = [gammaReal(n + 1, error), gammaReal(k + 1, error), gammaReal(n - k + 1, error)];
  const product2 = low && rest && mulComplex(low, rest);
  const inverse = product2 && invert(product2);
  return top && inverse && mulComplex(top, inverse);
};
var MAX_TERMS2 = 2e3;
var evaluateBinder = (node, point) => {
  const [lowNode, highNode] = node.bounds;
  if ((node.operator === "sum" || node.operator === "product") && lowNode && highNode) {
    const [low, high] = [evaluate(lowNode, point), evaluate(highNode, point)];
    if (low && high && Number.isInteger(low.re) && Number.isInteger(high.re) && high.re - low.re <= MAX_TERMS2)
      return sumSeries(node, { low: low.re, high: high.re }, point);
  }
  return evaluateCalculus(node, point) ?? real(point.at(keyOf(node)));
};
var evaluateCalculus = (node, point) => {
  const body = (x) => evaluate(node.body, { budget: point.budget, at: (name) => name === node.variable ? x : point.at(name) });
  if (node.operator === "derivative") return differentiate(body, point.at(node.variable));
  const [lowNode, highNode] = node.bounds;
  if (node.operator !== "integral" || !lowNode || !highNode) return null;
  const [low, high] = [evaluate(lowNode, point), evaluate(highNode, point)];
  return low && high && low.im === 0 && high.im === 0 ? integrate(body, low.re, high.re) : null;
};
var sumSeries = (node, { low, high }, point) => {
  let total = real(node.operator === "sum" ? 0 : 1);
  for (let k = low; k <= high && total; k += 1) {
    const term = evaluate(node.body, { budget: point.budget, at: (name) => name === node.variable ? k : point.at(name) });
    total = term && (node.operator === "sum" ? addComplex(total, term) : mulComplex(total, term));
  }
  return total;
};
var CONSTANT_STEPS = 2e3;
var noVariables = () => ({ at: () => Number.NaN, budget: createBudget(CONSTANT_STEPS) });
var constantValue = (node) => {
  const infinite = infiniteSign(node);
  if (infinite !== 0) return infinite * Infinity;
  const value = evaluate(node, noVariables());
  return value && Math.abs(value.im) <= value.error * 4 ? value.re : null;
};
var infiniteSign = (node) => {
  if (node.kind === "constant") return node.name === "infinity" ? 1 : 0;
  if (node.kind !== "mul" && node.kind !== "add") return 0;
  const signs2 = node.args.map(infiniteSign);
  if (signs2.every((sign2) => sign2 === 0)) return 0;
  if (node.kind === "add") return signs2.find((sign2) => sign2 !== 0) ?? 0;
  return node.args.reduce((sign2, arg, i) => sign2 * (signs2[i] || Math.sign(constantValue(arg) ?? 0)), 1);
};
var signOf = (a, b) => {
  const [left, right] = [exactValue(a, createBudget(CONSTANT_STEPS)), exactValue(b, createBudget(CONSTANT_STEPS))];
  if (left && right) return compareRational(left, right);
  const [x, y] = [constantValue(a), constantValue(b)];
  if (x === null || y === null) return null;
  if (x === y) return 0;
  const gap = Number.isFinite(x) && Number.isFinite(y) ? Math.abs(x - y) / Math.max(modulusOf(x), modulusOf(y)) : 1;
  return gap < 1e-14 ? 0 : Math.sign(x - y);
};
var modulusOf = (x) => modulus({ re: x, im: 0, error: 0 }) || 1;

// src/math/parse-function.ts
var STARTS = /* @__PURE__ */ new Set(["func", "multi", "operatorname", "sqrt", "int", "bigOperator", "lim"]);
var startsFunction = (type) => STARTS.has(type);
var parseFunction = (cursor) => {
  switch (peek(cursor)) {
    case "func":
      return parseKnown(cursor);
    case "multi":
    case "operatorname":
      return parseOperator(cursor);
    case "sqrt":
      return parseRoot(cursor);
    case "int":
      return parseIntegral(cursor);
    case "bigOperator":
      return parseBigOperator(cursor);
    case "lim":
      return parseLimit(cursor);
    default:
      return parseUnknown(cursor);
  }
};
var EMPTY = symbol("");
var parseScript = (cursor) => {
  if (peek(cursor) !== "{") return parseScriptAtom(cursor) ?? parseExponent(cursor);
  if (peek(cursor, 1) !== "}") return parseBraced(cursor);
  cursor.index += 2;
  return EMPTY;
};
var parseScripts = (cursor) => {
  let sub;
  let sup;
  while (!sub && peek(cursor) === "_" || !sup && peek(cursor) === "^") {
    const lower = peek(cursor) === "_";
    cursor.index += 1;
    const node = parseScript(cursor);
    if (!node) return null;
    if (lower) sub = node;
    else sup = node;
  }
  return { sub, sup };
};
var CANONICAL = new Map(
  "arcsin:asin arccos:acos arctan:atan arccsc:acsc arcsec:asec arccot:acot arsinh:asinh arcosh:acosh artanh:atanh arcsinh:asinh arccosh:acosh arctanh:atanh tr:trace".split(" ").map((pair) => pair.split(":"))
);
var INVERTIBLE = /* @__PURE__ */ new Set(["sin", "cos", "tan", "csc", "sec", "cot", "sinh", "cosh", "tanh"]);
var isMinusOne = (node) => node?.kind === "number" && node.value.num === -1n && node.value.den === 1n;
var parseKnown = (cursor) => {
  const command = peekText(cursor);
  cursor.index += 1;
  const scripts = parseScripts(cursor);
  if (!scripts) return null;
  const argument = parseArgument(cursor);
  if (!argument) return null;
  const name = CANONICAL.get(command) ?? command;
  const inverse = INVERTIBLE.has(name) && isMinusOne(scripts.sup);
  const node = buildKnown(inverse ? `a${name}` : name, argument, scripts.sub);
  return scripts.sup && !inverse ? power(node, scripts.sup) : node;
};
var buildKnown = (name, argument, base) => {
  if (name === "log" || name === "ln") return call("log", argument, base ?? (name === "ln" ? constant("e") : whole(10)));
  if (name === "exp") return power(constant("e"), argument);
  return call(name, argument);
};
var parseArgument = (cursor) => attempt(cursor, (c) => {
  if (peekText(c) !== "(" || !accept(c, "(")) return null;
  const inner = parseExpression(c);
  return inner && accept(c, ")", ")") ? inner : null;
}) ?? attempt(cursor, (c) => parseProduct(c, true));
var OPERATORS_ONE = new Set("arsinh arcsinh arcosh arccosh artanh arctanh floor ceil rank trace tr norm".split(" "));
var OPERATORS_MANY = /* @__PURE__ */ new Set(["gcd", "lcm", "max", "min"]);
var parseOperator = (cursor) => {
  const name = peekText(cursor);
  if (!OPERATORS_MANY.has(name)) return OPERATORS_ONE.has(name) ? parseKnown(cursor) : null;
  cursor.index += 1;
  const scripts = parseScripts(cursor);
  if (!scripts || !accept(cursor, "(")) return null;
  const args = parseList(cursor);
  if (!args || !accept(cursor, ")", ")")) return null;
  const node = call(name, ...args);
  return scripts.sup ? power(node, scripts.sup) : node;
};
var parseList = (cursor) => {
  const items = [];
  do {
    const item = attempt(cursor, parseExpression);
    if (!item) return null;
    items.push(item);
  } while (accept(cursor, ","));
  return items;
};
var parseUnknown = (cursor) => {
  const from = cursor.index;
  cursor.index += 1;
  const sub = subscript(cursor);
  if (sub === null) return null;
  const name = cursor.tokens[from]?.text ?? "";
  const scripts = parseScripts(cursor);
  if (!scripts || scripts.sub) return null;
  const braced = accept(cursor, "{");
  const closer = peek(cursor) === "[" ? "]" : ")";
  if (peekText(cursor) !== "(" && peekText(cursor) !== "[") return null;
  cursor.index += 1;
  const args = attempt(cursor, (c) => peek(c, 0) === "" ? null : singleAtom(c, closer)) ?? attempt(cursor, listOfTwo);
  if (!args || !accept(cursor, closer) || braced && !accept(cursor, "}")) return null;
  const node = { kind: "function", name: name + sub, known: false, args };
  return scripts.sup ? power(node, scripts.sup) : node;
};
var singleAtom = (cursor, closer) => {
  const atom = parseAtom(cursor);
  return atom && peek(cursor) === closer ? [atom] : null;
};
var listOfTwo = (cursor) => {
  const items = [];
  do {
    if (items.length > 0 && (peek(cursor) === ")" || peek(cursor) === "]")) return items;
    const item = attempt(cursor, parseExpression);
    if (!item) return null;
    items.push(item);
  } while (accept(cursor, ","));
  return items.length > 1 ? items : null;
};
var parseRoot = (cursor) => {
  cursor.index += 1;
  let root = whole(2);
  if (accept(cursor, "[")) {
    const index = parseExpression(cursor);
    if (!index || !accept(cursor, "]")) return null;
    root = index;
  }
  const base = parseBraced(cursor);
  return base && power(base, divide(whole(1), root));
};
var parseBigOperator = (cursor) => {
  const operator = peekText(cursor) === "sum" ? "sum" : "product";
  cursor.index += 1;
  let lower = null;
  let upper = null;
  for (let i = 0; i < 2; i += 1) {
    if (!lower && peek(cursor) === "_") lower = attempt(cursor, parseLower);
    else if (!upper && accept(cursor, "^")) upper = peek(cursor) === "{" ? parseBraced(cursor) : parseScriptAtom(cursor);
  }
  const body = lower && upper && parseProduct(cursor, false);
  if (!body || !lower || !upper || lower.variable.kind !== "symbol") return null;
  return { kind: "binder", operator, variable: lower.variable.name, body, bounds: [lower.start, upper] };
};
var parseLower = (cursor) => {
  if (!accept(cursor, "_") || !accept(cursor, "{")) return null;
  const variable = parseExpression(cursor);
  if (!variable || !(accept(cursor, "assign") || accept(cursor, "relation", "="))) return null;
  const start = parseExpression(cursor);
  return start && accept(cursor, "}") ? { variable, start } : null;
};
var parseLimit = (cursor) => {
  cursor.index += 1;
  if (!accept(cursor, "_") || !accept(cursor, "{")) return null;
  const variable = peekText(cursor).toLowerCase();
  if (!["letter", "greek", "other"].includes(peek(cursor))) return null;
  cursor.index += 1;
  if (!accept(cursor, "to")) return null;
  const target = parseExpression(cursor);
  if (!target) return null;
  const operator = peek(cursor) === "side" && peekText(cursor) === "-" ? "limit-" : "limit+";
  accept(cursor, "side");
  if (!accept(cursor, "}")) return null;
  const body = parseProduct(cursor, false);
  return body && { kind: "binder", operator, variable, body, bounds: [target] };
};
var parseIntegral = (cursor) => {
  cursor.index += 1;
  const scripts = parseScripts(cursor);
  if (!scripts) return null;
  const from = cursor.index;
  const body = attempt(cursor, parseExpression);
  if (!body) return null;
  const token = cursor.tokens.slice(from, cursor.index).find((t) => t.type === "differential");
  const variable = token?.text.toLowerCase() ?? "x";
  const integrand = replaceSymbol(body, `d${variable}`);
  const bounds = scripts.sub && scripts.sup && scripts.sub !== EMPTY && scripts.sup !== EMPTY ? [scripts.sub, scripts.sup] : [];
  return { kind: "binder", operator: "integral", variable, body: integrand, bounds };
};
var replaceSymbol = (node, name) => {
  if (node.kind === "symbol") return node.name === name ? whole(1) : node;
  if (node.kind === "add" || node.kind === "mul" || node.kind === "function")
    return { ...node, args: node.args.map((arg) => replaceSymbol(arg, name)) };
  if (node.kind === "pow") return power(replaceSymbol(node.base, name), replaceSymbol(node.exponent, name));
  return node;
};

// src/math/parse-expression.ts
var CLOSERS = { "(": ")", "[": "]", "{": "}", "\\(": "\\(" };
var parseExpression = (cursor) => {
  let left = parseProduct(cursor, false);
  while (left && (peek(cursor) === "+" || peek(cursor) === "-")) {
    const minus2 = peek(cursor) === "-";
    cursor.index += 1;
    const right = parseProduct(cursor, false);
    if (!right) return null;
    left = add(left, minus2 ? negate(right) : right);
  }
  return left;
};
var parseProduct = (cursor, bare) => {
  let left = parseUnary(cursor, bare);
  for (; ; ) {
    const operator = peek(cursor);
    if (!left || operator !== "*" && operator !== "/" && operator !== "mod") return left;
    cursor.index += 1;
    const right = parseUnary(cursor, bare);
    if (!right) return null;
    left = operator === "*" ? multiply(left, right) : operator === "/" ? divide(left, right) : call("mod", left, right);
  }
};
var parseUnary = (cursor, bare) => {
  let minus2 = false;
  while (peek(cursor) === "+" || peek(cursor) === "-") {
    if (peek(cursor) === "-") minus2 = !minus2;
    cursor.index += 1;
  }
  const node = attempt(cursor, (c) => parseImplied(c, bare));
  return node && minus2 ? negate(node) : node;
};
var parseImplied = (cursor, noFunctions) => {
  const factors = [];
  while (factors.length === 0 || startsFactor(cursor, noFunctions)) {
    const [type, text2, before] = [peek(cursor), peekText(cursor), cursor.index];
    const node = attempt(cursor, parsePostfix);
    if (!node) {
      if (factors.length === 0) return null;
      break;
    }
    const bare = type === "number" && cursor.index === before + 1 && !text2.includes(".");
    factors.push({ node, literal: node.kind === "number" && (type === "number" || type === "frac"), digits: bare ? text2 : "" });
  }
  return joinFactors(factors);
};
var joinFactors = (factors) => {
  const last = factors.at(-1);
  if (!last) return null;
  let right = last;
  for (let i = factors.length - 2; i >= 0; i -= 1) {
    const left = factors[i];
    if (left) right = joinPair(left, right);
  }
  return right.node;
};
var joinPair = (left, right) => {
  const grouped = thousands(left, right);
  if (grouped) return grouped;
  const mixed = mixedNumber(left, right);
  if (mixed) return mixed;
  return { node: multiply(left.node, right.node), literal: false, digits: "" };
};
var thousands = (left, right) => {
  const digits = left.digits + right.digits;
  if (left.digits.length === 0 || left.digits.length > 3 || right.digits.length === 0 || right.digits.length % 3 !== 0) return null;
  if (left.digits.startsWith("0") && left.digits.length < 3) return null;
  return { node: whole(BigInt(digits)), literal: true, digits };
};
var mixedNumber = (left, right) => {
  if (!left.literal || !right.literal || left.node.kind !== "number" || right.node.kind !== "number") return null;
  const [a, b] = [left.node, right.node];
  if (a.approximate || b.approximate || !isInteger(a.value) || b.value.num <= 0n) return null;
  const whole2 = integer(floorRational(a.value));
  const sum2 = addRational(whole2, whole2.num < 0n ? negRational(b.value) : b.value);
  return sum2 && { node: number(sum2), literal: true, digits: "" };
};
var FACTOR_STARTS = new Set(
  "( [ { pair bar frac binom begin wrapper number percent scientific e E letter greek gamma other accent differential infinity variable ellipsis partial".split(
    " "
  )
);
var startsFactor = (cursor, bare) => {
  const type = peek(cursor);
  if (type === "bar" && cursor.barCloses) return false;
  return FACTOR_STARTS.has(type) || !bare && startsFunction(type);
};
var parsePostfix = (cursor) => {
  let node = parsePower(cursor);
  for (; ; ) {
    if (!node) return null;
    if (accept(cursor, "!")) node = call("factorial", node);
    else if (accept(cursor, "transpose")) node = call("transpose", node);
    else if (!accept(cursor, "degree")) return node;
  }
};
var parsePower = (cursor) => {
  let node = parsePrimary(cursor);
  while (node && accept(cursor, "^")) {
    const exponent = parseExponent(cursor);
    if (!exponent) return null;
    subscript(cursor);
    node = power(node, exponent);
  }
  return node;
};
var parseExponent = (cursor) => {
  if (peek(cursor) === "-" && peek(cursor, 1) === "number") {
    cursor.index += 1;
    const atom = parseAtom(cursor);
    return atom && negate(atom);
  }
  if (!accept(cursor, "{")) return parseAtom(cursor);
  const inner = attempt(cursor, parseExpression);
  return inner && accept(cursor, "}") ? inner : null;
};
var parsePrimary = (cursor) => {
  const type = peek(cursor);
  if (type === "(" || type === "[" || type === "{") return parseGroup(cursor);
  if (type === "bar") return attempt(cursor, parseBars);
  if (type === "pair") return parsePair(cursor);
  if (type === "wrapper") return attempt(cursor, parseWrapper);
  if (type === "frac" || type === "binom") return parseFraction2(cursor);
  if (type === "begin") return attempt(cursor, parseMatrix);
  if (startsFunction(type) || startsApplication(cursor)) {
    const applied = attempt(cursor, parseFunction);
    if (applied) return applied;
  }
  return parseAtom(cursor);
};
var startsApplication = (cursor) => ["letter", "greek", "other", "accent", "gamma"].includes(peek(cursor)) && ["(", "[", "{", "_", "^"].includes(peek(cursor, 1));
var parseGroup = (cursor) => {
  const open = cursor.tokens[cursor.index];
  if (!open) return null;
  const inner = attempt(cursor, (c) => {
    c.index += 1;
    const node = parseExpression(c);
    if (open.type === "{" && node && accept(c, "choose")) {
      const lower = parseExpression(c);
      return lower && accept(c, "}") ? call("binomial", node, lower) : null;
    }
    const closer = CLOSERS[open.type] ?? ")";
    return node && accept(c, closer, open.type === "(" ? matchingText(open.text) : void 0) ? node : null;
  });
  return inner;
};
var matchingText = (text2) => text2 === "(" ? ")" : text2;
var parseBars = (cursor) => attempt(cursor, (c) => barsWith(c, false)) ?? attempt(cursor, (c) => barsWith(c, true));
var barsWith = (cursor, barCloses) => {
  const text2 = peekText(cursor);
  const outer = cursor.barCloses;
  cursor.index += 1;
  cursor.barCloses = barCloses;
  const node = parseExpression(cursor);
  cursor.barCloses = outer;
  return node && accept(cursor, "bar", text2) ? call(text2 === "\\|" ? "norm" : "abs", node) : null;
};
var parsePair = (cursor) => {
  const name = peekText(cursor);
  return attempt(cursor, (c) => {
    c.index += 1;
    const node = parseExpression(c);
    return node && accept(c, "pairEnd", name) ? call(name, node) : null;
  });
};
var parseWrapper = (cursor) => {
  cursor.index += 1;
  if (!accept(cursor, "{")) return null;
  const node = parseExpression(cursor);
  return node && accept(cursor, "}") ? node : null;
};
var parseBraced = (cursor) => attempt(cursor, (c) => {
  if (!accept(c, "{")) return null;
  const node = parseExpression(c);
  return node && accept(c, "}") ? node : null;
});
var parseFraction2 = (cursor) => {
  const type = peek(cursor);
  cursor.index += 1;
  if (type === "frac") {
    const derivative = attempt(cursor, parseDerivative);
    if (derivative || isBareOperator(cursor)) return derivative;
  }
  const upper = parseBraced(cursor);
  const lower = upper && parseBraced(cursor);
  if (!upper || !lower) return null;
  return type === "frac" ? divide(upper, lower) : call("binomial", upper, lower);
};
var parseDerivative = (cursor) => {
  if (!accept(cursor, "{")) return null;
  const operator = peek(cursor) === "letter" && peekText(cursor) === "d";
  const differential = peek(cursor) === "differential" ? peekText(cursor) : "";
  if (!operator && differential === "") return null;
  cursor.index += 1;
  if (!accept(cursor, "}") || !accept(cursor, "{") || peek(cursor) !== "differential") return null;
  const variable = peekText(cursor);
  cursor.index += 1;
  if (!accept(cursor, "}")) return null;
  const body = operator ? attempt(cursor, (c) => parseImplied(c, false)) : symbol(differential.toLowerCase());
  return body && { kind: "binder", operator: "derivative", variable, body, bounds: [] };
};
var isBareOperator = (cursor) => peekText(cursor, 1) === "d" && peek(cursor, 2) === "}" && peek(cursor, 4) === "differential";
var MATRIX_NAMES = /* @__PURE__ */ new Set(["matrix", "pmatrix", "bmatrix", "array", "vmatrix"]);
var parseMatrix = (cursor) => {
  const name = peekText(cursor);
  if (!MATRIX_NAMES.has(name)) return null;
  cursor.index += 1;
  const rows = [];
  while (!accept(cursor, "end", name)) {
    if (rows.length > 0 && !accept(cursor, "row")) return null;
    if (rows.length > 0 && accept(cursor, "end", name)) break;
    const row = parseRow(cursor);
    if (!row || row.length !== (rows[0]?.length ?? row.length)) return null;
    rows.push(row);
  }
  if (rows.length === 0) return null;
  const matrix = { kind: "matrix", rows };
  return name === "vmatrix" ? call("det", matrix) : matrix;
};
var parseRow = (cursor) => {
  const row = [];
  do {
    const cell = attempt(cursor, parseExpression);
    if (!cell) return null;
    row.push(cell);
  } while (accept(cursor, "&"));
  return row;
};

// src/math/parse-atom.ts
var numberNode = (text2) => {
  const digits = text2.split(",").join("");
  const value = parseDecimal(digits);
  return value && number(value, digits.includes(".") || digits.includes("E") || digits.includes("e"));
};
var parseNumber2 = (cursor, type) => {
  const node = numberNode(peekText(cursor));
  cursor.index += 1;
  if (!node) return null;
  if (type === "percent") return { kind: "percent", arg: node };
  if (type === "number") attempt(cursor, subscript);
  return node;
};
var named = (name) => {
  const lower = name.toLowerCase();
  if (lower === "pi") return constant("pi");
  return lower === "gamma" ? constant("gamma") : symbol(lower);
};
var subscript = (cursor) => {
  if (peek(cursor) !== "_") return "";
  cursor.index += 1;
  const from = cursor.index;
  if (!accept(cursor, "{")) return parseAtom(cursor) ? `_${sourceText(cursor, from, cursor.index)}` : null;
  do {
    if (!attempt(cursor, parseExpression)) return null;
  } while (accept(cursor, ","));
  const inner = sourceText(cursor, from + 1, cursor.index);
  if (!accept(cursor, "}")) return null;
  return inner.length > 1 ? `_{${inner}}` : `_${inner}`;
};
var sourceText = (cursor, from, to) => cursor.tokens.slice(from, to).map((token) => token.text).join("");
var superscript = (cursor) => {
  if (!accept(cursor, "^")) return void 0;
  if (!accept(cursor, "{")) return parseScriptAtom(cursor);
  const inner = attempt(cursor, parseExpression);
  return inner && accept(cursor, "}") ? inner : null;
};
var parseScriptAtom = (cursor) => {
  const type = peek(cursor);
  const text2 = peekText(cursor);
  if (type === "number") {
    cursor.index += 1;
    return numberNode(text2);
  }
  if (type !== "letter" && type !== "greek") return parseAtom(cursor);
  cursor.index += 1;
  return text2 === "I" ? constant("i") : named(text2);
};
var parseAtomExpression = (cursor) => {
  const type = peek(cursor);
  if (type !== "letter" && type !== "greek" && type !== "other" && type !== "accent" && type !== "gamma") return null;
  const name = peekText(cursor);
  cursor.index += 1;
  const before = cursor.index;
  let sub = attempt(cursor, subscript) ?? "";
  let sup = signedPower(cursor) ? void 0 : superscript(cursor);
  if (sup === null) {
    cursor.index = before;
    sup = void 0;
  }
  if (sup && sub === "") sub = attempt(cursor, subscript) ?? "";
  const base = type === "letter" && name === "I" ? constant("i") : named(name + sub);
  return sup ? power(base, sup) : base;
};
var signedPower = (cursor) => peek(cursor) === "^" && peek(cursor, 1) === "-";
var parseAtom = (cursor) => {
  const type = peek(cursor);
  switch (type) {
    case "number":
    case "percent":
    case "scientific":
      return parseNumber2(cursor, type);
    case "letter":
    case "greek":
    case "other":
    case "accent":
    case "gamma":
      return attempt(cursor, parseAtomExpression);
    case "infinity":
    case "e":
    case "E":
    case "differential":
    case "ellipsis":
    case "variable":
      return parseNamedToken(cursor, type);
    default:
      return null;
  }
};
var parseNamedToken = (cursor, type) => {
  if (atEnd(cursor)) return null;
  const text2 = peekText(cursor);
  cursor.index += 1;
  if (type === "infinity") return constant("infinity");
  if (type === "e") return constant("e");
  if (type === "E") return symbol("e");
  if (type === "differential") return symbol(`d${text2}`.toLowerCase());
  if (type === "ellipsis") return symbol("...");
  return /^[a-zA-Z0-9]+(?:_(?:[a-zA-Z0-9]|\{[a-zA-Z0-9,]+\}))?$/.test(text2) ? symbol(text2.toLowerCase()) : null;
};

// src/math/parse-latex.ts
var GROUPED_NUMBER = /^\s*(-?)(\d{1,3}(?:,\d{3})+)(\.\d+)?\s*$/;
var groupedNumber = (text2) => {
  const match = text2.length < 200 ? GROUPED_NUMBER.exec(text2) : null;
  if (!match) return null;
  const digits = match[2] ?? "";
  const plain = digits.startsWith("0") ? digits.replace(",", ".").split(",").join("") : digits.split(",").join("");
  const decimal = plain + (plain.includes(".") ? "" : match[3] ?? "");
  const value = parseDecimal(decimal);
  const node = value && number(value, decimal.includes("."));
  return node && match[1] === "-" ? negate(node) : node;
};
var parseLatex = (text2) => {
  const tokens = tokenize(text2);
  if (!tokens || tokens.length === 0) return null;
  const cursor = createCursor(tokens);
  const complete = (parse) => attempt(cursor, (c) => {
    const node = parse(c);
    return node && atEnd(c) ? node : null;
  });
  return complete(parseAssignment) ?? groupedNumber(text2) ?? complete(parseList2) ?? complete(parseSetRelation);
};
var parseLeftSide = (cursor) => {
  if (peekText(cursor) !== "(" || !accept(cursor, "(")) return parseAtomExpression(cursor);
  const items = [];
  do {
    const item = parseAtomExpression(cursor);
    if (!item) return null;
    items.push(item);
  } while (accept(cursor, ","));
  if (!accept(cursor, ")", ")")) return null;
  return items.length === 1 ? items[0] ?? null : { kind: "tuple", items };
};
var parseAssignment = (cursor) => {
  const left = parseLeftSide(cursor);
  if (!left || !(accept(cursor, "in") || accept(cursor, "assign"))) return null;
  const right = parseElements(cursor, false);
  return right && relation("=", left, right);
};
var relation = (operator, left, right) => ({ kind: "relation", operator, left, right });
var parseList2 = (cursor) => parseElements(cursor, true);
var parseElements = (cursor, relations) => {
  const groups = parseGroups(cursor, relations);
  return groups && collect2(groups);
};
var parseGroups = (cursor, relations) => {
  const groups = [];
  do {
    const group = [];
    do {
      const element = attempt(cursor, (c) => parseElement(c, relations));
      if (!element) return null;
      group.push(...element);
    } while (accept(cursor, ","));
    groups.push(group);
  } while (accept(cursor, ";"));
  return groups;
};
var collect2 = (groups) => {
  const [first = []] = groups;
  if (groups.length === 1) return first.length === 1 && first[0] ? first[0] : { kind: "set", items: first };
  if (groups.every((group) => group.length === 1)) return { kind: "set", items: groups.flat() };
  return { kind: "set", items: groups.map((items) => ({ kind: "tuple", items })) };
};
var ENDS = /* @__PURE__ */ new Set(["", ",", ";", ")", "]", "}"]);
var parseElement = (cursor, relations) => {
  if (accept(cursor, "pm")) {
    const node = parseExpression(cursor);
    return node && [negate(node), node];
  }
  const brace = peek(cursor) === "{" || peekText(cursor) === "\\{" || peek(cursor) === "wrapper" || peek(cursor) === "set";
  const early = brace ? attempt(cursor, parseWholeSet) : null;
  if (early) return [early];
  const value = attempt(cursor, (c) => parseValue(c, relations));
  if (value) return value;
  const late = brace ? null : attempt(cursor, parseWholeSet);
  return late && [late];
};
var parseWholeSet = (cursor) => {
  const node = parseSetAtom(cursor);
  return node && ENDS.has(peek(cursor)) ? node : null;
};
var parseValue = (cursor, relations) => {
  const left = parseExpression(cursor);
  if (!left) return null;
  if (accept(cursor, "pm")) {
    const right = parseExpression(cursor);
    return right && [add(left, right), add(left, negate(right))];
  }
  const node = relations ? parseRelationTail(cursor, left) : left;
  return node && ENDS.has(peek(cursor)) ? [node] : null;
};
var parseRelationTail = (cursor, first) => {
  let node = first;
  for (; ; ) {
    const type = peek(cursor);
    if (type !== "relation" && type !== "assign" && type !== "approx") return node;
    const operator = peekText(cursor);
    cursor.index += 1;
    const right = parseExpression(cursor);
    if (!right) return null;
    if (type === "approx") node = onlySymbols(node) ? right : node;
    else node = link(node, operator, right);
  }
};
var link = (left, operator, right) => {
  if (left.kind === "relation") return { kind: "chain", links: [left, relation(operator, left.right, right)] };
  if (left.kind !== "chain") return relation(operator, left, right);
  const last = left.links.at(-1);
  return { kind: "chain", links: last ? [...left.links, relation(operator, last.right, right)] : left.links };
};
var onlySymbols = (node) => {
  switch (node.kind) {
    case "symbol":
      return true;
    case "pow":
      return node.exponent.kind === "number" && node.exponent.value.num === -1n && node.exponent.value.den === 1n ? onlySymbols(node.base) : onlySymbols(node.base) && onlySymbols(node.exponent);
    case "add":
    case "mul":
    case "function":
      return node.args.length > 0 && node.args.every(onlySymbols);
    case "tuple":
    case "set":
      return node.items.length > 0 && node.items.every(onlySymbols);
    case "relation":
      return onlySymbols(node.left) && onlySymbols(node.right);
    default:
      return false;
  }
};
var INTERVAL_OPEN = /* @__PURE__ */ new Set(["(", "[", "\\(", "\\lbrack", "\\lgroup"]);
var INTERVAL_CLOSE = /* @__PURE__ */ new Set([")", "]", "\\(", "\\lbrack", "\\lgroup"]);
var CLOSED = /* @__PURE__ */ new Set(["[", "]", "\\lbrack"]);
var parseSetAtom = (cursor) => {
  if (peek(cursor) === "set") {
    const name = peekText(cursor);
    cursor.index += 1;
    return { kind: "namedSet", name };
  }
  return attempt(cursor, parseInterval) ?? attempt(cursor, parseTuple) ?? attempt(cursor, parseFiniteSet);
};
var parseInterval = (cursor) => {
  const open = peekText(cursor);
  const type = peek(cursor);
  if (type !== "(" && type !== "[" || !INTERVAL_OPEN.has(open)) return null;
  cursor.index += 1;
  const low = parseExpression(cursor);
  if (!low || !accept(cursor, ",")) return null;
  const high = parseExpression(cursor);
  const close = peekText(cursor);
  if (!high || !INTERVAL_CLOSE.has(close) || peek(cursor) !== ")" && peek(cursor) !== "]") return null;
  cursor.index += 1;
  return makeInterval(low, high, { lowOpen: !CLOSED.has(open), highOpen: !CLOSED.has(close) });
};
var makeInterval = (low, high, ends) => {
  const order2 = signOf(high, low);
  const pair = order2 !== null && (ends.lowOpen && ends.highOpen && order2 <= 0 || !ends.lowOpen && !ends.highOpen && order2 < 0);
  if (pair) return { kind: "tuple", items: [low, high] };
  if (order2 !== null && order2 < 0) return { kind: "namedSet", name: "empty" };
  return { kind: "interval", low, high, lowOpen: ends.lowOpen || isInfinite(low), highOpen: ends.highOpen || isInfinite(high) };
};
var isInfinite = (node) => node.kind === "constant" ? node.name === "infinity" : node.kind === "mul" && node.args.length === 2 && node.args.some((arg) => arg.kind === "constant" && arg.name === "infinity");
var parseTuple = (cursor) => {
  const [open, type] = [peekText(cursor), peek(cursor)];
  if (open !== "(" && open !== "[" && open !== "\\(") return null;
  if (type !== "(" && type !== "[") return null;
  cursor.index += 1;
  const groups = parseGroups(cursor, true);
  if (!groups) return null;
  const closed = open === "(" ? accept(cursor, ")", ")") : open === "[" ? accept(cursor, "]") : accept(cursor, ")", "\\(");
  if (!closed) return null;
  const items = groups.flat();
  return items.length === 1 ? items[0] ?? null : { kind: "tuple", items };
};
var parseFiniteSet = (cursor) => {
  const boxed = accept(cursor, "wrapper", "boxed");
  const escaped = !boxed && accept(cursor, "(", "\\{");
  if (!escaped && !accept(cursor, "{")) return null;
  if (accept(cursor, "}")) return boxed ? null : { kind: "namedSet", name: "empty" };
  const groups = parseGroups(cursor, true);
  if (!groups || !(escaped ? accept(cursor, ")", "\\{") : accept(cursor, "}"))) return null;
  return boxed ? collect2(groups) : { kind: "set", items: groups.flat() };
};
var parseSetRelation = (cursor) => {
  const assigned = attempt(cursor, (c) => {
    const left2 = parseLeftSide(c);
    const type = peek(c);
    if (!left2 || type !== "in" && type !== "notin" && type !== "assign") return null;
    c.index += 1;
    const right2 = parseSetRelation(c);
    if (!right2) return null;
    return type === "notin" ? { kind: "statement", operator: "notin", args: [left2, right2] } : relation("=", left2, right2);
  });
  if (assigned) return assigned;
  const left = parseSetLevel(cursor, 0);
  if (!left || peek(cursor) !== "inclusion") return left;
  const operator = peekText(cursor);
  cursor.index += 1;
  const right = parseSetLevel(cursor, 0);
  return right && { kind: "statement", operator: "subset", args: operator === "subset" ? [left, right] : [right, left] };
};
var LEVELS = ["minus", "union", "intersection"];
var parseSetLevel = (cursor, level) => {
  const operator = LEVELS[level];
  if (operator === void 0) return parseSetGroup(cursor);
  let left = parseSetLevel(cursor, level + 1);
  while (left && accept(cursor, "setop", operator)) {
    const right = parseSetLevel(cursor, level + 1);
    if (!right) return null;
    left = { kind: "setOperation", operator, left: asSet(left), right: asSet(right) };
  }
  return left;
};
var asSet = (node) => node.kind === "tuple" ? { kind: "set", items: node.items } : node;
var parseSetGroup = (cursor) => attempt(cursor, (c) => {
  if (peekText(c) !== "(" || !accept(c, "(")) return null;
  const inner = parseSetLevel(c, 0);
  return inner && accept(c, ")", ")") ? inner : null;
}) ?? attempt(cursor, parseSetAtom);

// src/math/plain-numbers.ts
var CURRENCY = "$\u20AC\xA3\xA5\u20B9\u20BD\u20AA\u20A9\u20AB\u0E3F\u20A1\u20A2\u20A3\u20A4\u20A5\u20A6\u20A7\u20A8\u20AD\u20AE\u20AF\u20B0\u20B1\u20B2\u20B3\u20B4\u20B5\u20B6\u20B7\u20B8\u20BA\u20BB\u20BC\u20BD\u20BE\u20BF";
var GROUPED = /-?[1-9]\d{0,2}(?:[ ,]\d{3})+(?:\.\d+)?/y;
var DECIMAL = /-?\d+[.,]\d+/y;
var POINT = /\.\d+/y;
var INTEGER = /-?\d+/y;
var PERCENT2 = /\s*(?:%|[Pp]ercent|[Pp]ct)/y;
var ARITHMETIC_START = /-?\(?-?\d/y;
var NUMBER_STARTS = "0123456789-.";
var ARITHMETIC_STARTS = "0123456789-(";
var isSpace6 = (c) => (c <= " " || c > "~") && c !== "" && c.trim() === "";
var isDigit3 = (c) => c >= "0" && c <= "9";
var isOperator = (c) => c !== "" && "+-*\xD7/^()\xF7".includes(c);
var isArithmetic = (c) => isDigit3(c) || c === "." || isSpace6(c) || isOperator(c);
var mayStart = (text2, at) => {
  if (at > 0 && text2[at] !== "=" && !isSpace6(text2.charAt(at))) return false;
  const next = text2.charAt(at + 1);
  return at === 0 || isDigit3(next) || STARTS2.includes(next);
};
var STARTS2 = `-.(*${CURRENCY}`;
var prefixEnds = (text2, at) => {
  const ends = [];
  const push = (start) => {
    if (text2.startsWith("**", start)) ends.push(start + 2);
    ends.push(start);
  };
  if (at === 0) push(0);
  const c = text2.charAt(at);
  if (c === "=" || isSpace6(c)) push(at + 1);
  return ends;
};
var clean = (digits) => {
  const negative = digits.startsWith("-");
  const body = digits.replace("-", "").split(" ").join("");
  const trimmed = body.replace(/^0+(?=\d)/, "");
  return (negative ? "-" : "") + (trimmed.startsWith(".") ? `0${trimmed}` : trimmed);
};
var numberText = (raw, kind) => clean(kind === "grouped" ? raw.split(",").join("") : raw.replace(",", "."));
var matchAt = (pattern, text2, at) => {
  pattern.lastIndex = at;
  return pattern.exec(text2)?.[0] ?? null;
};
var readNumber2 = (text2, start, at) => {
  const from = CURRENCY.includes(text2.charAt(at)) && text2.charAt(at) !== "" ? at + 1 : at;
  if (!NUMBER_STARTS.includes(text2.charAt(from) || " ") || isDigit3(text2.charAt(from - 1))) return null;
  const grouped = matchAt(GROUPED, text2, from);
  const raw = grouped ?? matchAt(DECIMAL, text2, from) ?? matchAt(POINT, text2, from) ?? matchAt(INTEGER, text2, from);
  if (raw === null) return null;
  const end = from + raw.length;
  const percent = matchAt(PERCENT2, text2, end);
  return {
    start,
    end: end + (percent?.length ?? 0),
    text: numberText(raw, grouped === null ? "other" : "grouped"),
    arithmetic: false,
    percent: percent !== null,
    valueStart: from
  };
};
var isSuffix = (c) => c === "" || c === "." || c === "," || c === ":" || c === ")" || c === "$" || isSpace6(c);
var suffixEnd = (text2, at) => {
  if (text2.startsWith("**", at) && isSuffix(text2.charAt(at + 2))) return Math.min(text2.length, at + 3);
  return isSuffix(text2.charAt(at)) ? Math.min(text2.length, at + 1) : -1;
};
var runFrom = (text2, start) => {
  let end = start;
  while (end < text2.length && isArithmetic(text2.charAt(end))) end += 1;
  let stop = end;
  let stopEnd = suffixEnd(text2, end);
  while (stopEnd < 0 && stop > start) {
    stop -= 1;
    const closed = text2[stop] === ")" ? suffixEnd(text2, stop + 1) : -1;
    stopEnd = closed >= 0 ? closed : suffixEnd(text2, stop);
    if (closed >= 0) {
      stop += 1;
      break;
    }
  }
  let lastOperator = stop - 2;
  while (lastOperator > start && !isOperator(text2.charAt(lastOperator))) lastOperator -= 1;
  return { start, end, stop, stopEnd, lastOperator };
};
var createPlainReader = (text2) => {
  let run = null;
  const currentRun = (at) => {
    if (run === null || at < run.start || at >= run.end) run = runFrom(text2, at);
    return run;
  };
  const arithmeticFrom = (start, at) => {
    const head = ARITHMETIC_STARTS.includes(text2.charAt(at) || " ") ? matchAt(ARITHMETIC_START, text2, at) : null;
    if (head === null) return null;
    const found = currentRun(at + head.length - 1);
    if (found.stopEnd < 0 || found.lastOperator < at + head.length) return null;
    return { start, end: found.stopEnd, text: text2.slice(at, found.stop), arithmetic: true, percent: false, valueStart: at };
  };
  const first = (position, read) => {
    if (!mayStart(text2, position)) return null;
    for (const at of prefixEnds(text2, position)) {
      const match = read(position, at);
      if (match) return match;
    }
    return null;
  };
  return {
    arithmeticAt: (position) => first(position, arithmeticFrom),
    numberAt: (position) => first(position, (start, at) => readNumber2(text2, start, at))
  };
};

// src/math/extract-math.ts
var LATEX_TARGET = { kind: "latex", withoutAnchor: true, boxedPriority: 50, normalization: DEFAULT_NORMALIZATION };
var EXPRESSION_TARGET = { kind: "expression", withoutAnchor: true };
var MAX_TEXT_LENGTH = 16e3;
var MAX_CANDIDATES = 12;
var MAX_UNREADABLE = 6e3;
var LATEX_STYLE = { multiline: true, skipSpace: true };
var PLAIN_STYLE = { multiline: false, skipSpace: false };
var percentOf = (node) => ({ kind: "percent", arg: node });
var lastEquationSide = (text2) => {
  if (text2.includes(",") || text2.includes(";")) return null;
  const sides = [];
  let from = 0;
  for (let at = text2.indexOf("="); at >= 0; at = text2.indexOf("=", at + 1)) {
    if ("\\<!>".includes(text2.charAt(at - 1)) && at > 0) continue;
    sides.push(text2.slice(from, at));
    from = at + 1;
  }
  return sides.length > 1 ? text2.slice(from) : null;
};
var readLatex = (text2) => {
  if (text2.length > MAX_MATH_LENGTH) return null;
  const whole2 = parseLatex(text2);
  if (whole2) return whole2;
  const last = lastEquationSide(text2);
  return last === null ? null : parseLatex(last);
};
var readPart = (part, rules) => {
  const text2 = normalizeLatex(part.content, rules);
  const node = readLatex(text2);
  return { node: node && part.percent ? percentOf(node) : node, text: text2 };
};
var readParts = (list, rules) => {
  const parts = list.parts.map((part) => readPart(part, rules));
  const nodes = parts.flatMap((part) => part.node ? [part.node] : []);
  if (parts.length > 1 && nodes.length === parts.length) {
    const items = nodes.flatMap((node) => node.kind === "set" ? node.items : [node]);
    return { value: { kind: "set", items }, text: parts.map((part) => part.text).join(" and ") };
  }
  return { value: parts[0]?.node ?? null, text: parts[0]?.text ?? "" };
};
var bareBox = (text2, rules) => {
  const start = text2.indexOf("\\boxed{");
  const end = text2.lastIndexOf("}") + 1;
  if (start < 0 || end < start + 9) return [];
  const read = () => {
    const part = readPart({ content: text2.slice(start, end), percent: false, end }, { ...rules, boxed: "last" });
    return { value: part.node, text: part.text };
  };
  return [{ start, end, read }];
};
var latexSource = (text2, target) => {
  const rules = target.normalization;
  const reader = createEnvironmentReader(text2);
  const listAt = (boxed) => (position) => {
    if (!mayOpen(text2, position)) return null;
    const list = reader.listAt(position, boxed);
    return list && { ...list, read: () => readParts(list, rules) };
  };
  const everywhere = (boxed) => {
    const found = [];
    const read = listAt(boxed);
    for (let at = 0; at < text2.length; at += 1) {
      const list = read(at);
      if (!list) continue;
      found.push(list);
      at = list.end - 1;
    }
    return found;
  };
  const anywhere = listAt(false);
  return (priority) => {
    const found = [];
    if (priority === 0) found.push(...finalHopeMatches(text2, anywhere));
    if (priority === 50) found.push(...finalIsMatches(text2, anywhere, LATEX_STYLE));
    if (priority === 100) found.push(...answerMatches(text2, anywhere, { ...LATEX_STYLE, colon: true }));
    if (priority === 200) found.push(...answerMatches(text2, anywhere, { ...LATEX_STYLE, colon: false }));
    if (priority === 300 && target.withoutAnchor) found.push(...everywhere(false));
    if (priority === target.boxedPriority && text2.includes("\\boxed")) found.push(...everywhere(true), ...bareBox(text2, rules));
    return found;
  };
};
var readPlain = (match) => {
  if (match.arithmetic) {
    const written = match.text.replace(/\**$/, "");
    return { value: parseArithmetic(written.split("\n").join(" ")), text: match.text };
  }
  const value = parseDecimal(match.text);
  const node = value && number(value, match.text.includes("."));
  return { value: node && match.percent ? percentOf(node) : node, text: match.text };
};
var NEAR_END = 2e3;
var EQUALS_NEXT = /\s*=/y;
var DIGIT = /\d/;
var plainSource = (text2, target) => {
  const reader = createPlainReader(text2);
  const withRead = (match) => match && { ...match, read: () => readPlain(match) };
  const either = (at) => reader.arithmeticAt(at) ?? reader.numberAt(at);
  const unequalled = (at) => {
    const match = either(at);
    if (!match) return null;
    EQUALS_NEXT.lastIndex = match.end;
    return EQUALS_NEXT.test(text2) ? null : withRead(match);
  };
  const within = (from, read) => {
    const found = [];
    for (let at = from; at < text2.length; at += 1) {
      const match = withRead(read(at));
      if (!match) continue;
      found.push(match);
      at = Math.max(at, match.end - 1);
    }
    return found;
  };
  const everywhere = (read) => {
    if (!DIGIT.test(text2)) return [];
    const near = within(Math.max(0, text2.length - NEAR_END), read);
    return near.length > 0 || text2.length <= NEAR_END ? near : within(0, read);
  };
  return (priority) => {
    if (priority === 0) return finalHopeMatches(text2, (at) => withRead(either(at)));
    if (priority === 50) return finalIsMatches(text2, (at) => withRead(either(at)), PLAIN_STYLE);
    if (priority === 100 || priority === 200) {
      const colon = priority === 100;
      return answerMatches(text2, unequalled, { ...PLAIN_STYLE, colon, preferred: (at) => behindEquals(text2, at, unequalled) });
    }
    return priority === 300 && target.withoutAnchor ? [...everywhere(reader.arithmeticAt), ...everywhere(reader.numberAt)] : [];
  };
};
var behindEquals = (text2, at, read) => {
  const line = text2.slice(at, at + 101).split("\n", 1)[0] ?? "";
  for (let equals = line.lastIndexOf("="); equals >= 0; equals = equals === 0 ? -1 : line.lastIndexOf("=", equals - 1)) {
    const from = at + equals + 1;
    let end = from;
    while (end < text2.length && text2.charAt(end).trim() === "") end += 1;
    const found = end > from ? read(end - 1) : null;
    if (found) return found;
  }
  return null;
};
var choiceSource = (text2, target) => {
  const groups = new Map(findChoices(text2, target.choices, !target.withoutAnchor));
  return (priority) => (groups.get(priority) ?? []).map((match) => ({
    ...match,
    read: () => ({ value: target.lowercase ? match.choice.toLowerCase() : match.choice, text: match.choice })
  }));
};
var sourceOf = (text2, target) => {
  if (target.kind === "latex") return latexSource(text2, target);
  return target.kind === "expression" ? plainSource(text2, target) : choiceSource(text2, target);
};
var prioritiesOf = (targets) => {
  const all = /* @__PURE__ */ new Set([0, 50, 100, 200, 250, 300]);
  for (const target of targets) if (target.kind === "latex" && target.boxedPriority >= 0) all.add(target.boxedPriority);
  return [...all].sort((a, b) => a - b);
};
var bareEquation = (text2) => {
  if (text2.length > 200 || !text2.includes("=") || /[$\\:]|[a-z]{2}/i.test(text2)) return null;
  const normal = normalizeLatex(text2, DEFAULT_NORMALIZATION);
  const node = parseLatex(normal);
  return node?.kind === "relation" && !onlySymbols(node.left) ? { values: [node, normal], text: normal } : null;
};
var endOf = (text2) => text2.length > MAX_TEXT_LENGTH ? text2.slice(-MAX_TEXT_LENGTH) : text2;
var extractMath = (input, options = {}) => {
  const text2 = endOf(input);
  const targets = options.targets ?? [LATEX_TARGET, EXPRESSION_TARGET];
  const equation = targets.some((target) => target.kind === "expression" && target.withoutAnchor) ? bareEquation(text2) : null;
  if (equation) return equation;
  const sources = targets.map((target) => sourceOf(text2, target));
  let fallback = null;
  let unreadable = 0;
  for (const priority of prioritiesOf(targets)) {
    const found = sources.flatMap((source) => source(priority));
    found.sort((a, b) => b.end - a.end || a.start - b.start);
    for (const candidate of found) {
      const { value, text: read } = candidate.read();
      if (fallback === null && read !== "") fallback = read;
      if (value !== null) return { values: fallback === null ? [value] : [value, fallback], text: read };
      unreadable += read.length + MAX_UNREADABLE / MAX_CANDIDATES;
      if (options.firstMatchOnly || unreadable > MAX_UNREADABLE) break;
    }
    if (options.firstMatchOnly && found.length > 0 || unreadable > MAX_UNREADABLE) break;
  }
  return { values: fallback === null ? [] : [fallback], text: fallback };
};

// src/math/real-sets.ts
var INFINITY = constant("infinity");
var MINUS_INFINITY = multiply(whole(-1), INFINITY);
var MAX_PIECES = 200;
var ALL = [{ low: MINUS_INFINITY, high: INFINITY, lowOpen: true, highOpen: true }];
var order = (a, b) => signOf(a, b);
var isEmpty = (piece) => {
  const sign2 = order(piece.low, piece.high);
  if (sign2 === null) return null;
  return sign2 > 0 || sign2 === 0 && (piece.lowOpen || piece.highOpen);
};
var piecesOf = (node) => {
  switch (node.kind) {
    case "interval":
      return isEmpty(node) === null ? null : merge([node]);
    case "set":
      return merge(node.items.map((item) => ({ low: item, high: item, lowOpen: false, highOpen: false })));
    case "namedSet":
      return node.name === "empty" ? [] : node.name === "R" ? ALL : null;
    case "setOperation":
      return combine(node);
    default:
      return null;
  }
};
var combine = (node) => {
  const left = piecesOf(node.left);
  const right = left && piecesOf(node.right);
  if (!left || !right) return null;
  if (node.operator === "union") return merge([...left, ...right]);
  const other = node.operator === "minus" ? complement(right) : right;
  return other && intersect(left, other);
};
var startOrder = (a, b) => {
  const sign2 = order(a.low, b.low);
  return sign2 === 0 ? Number(a.lowOpen) - Number(b.lowOpen) : sign2;
};
var merge = (pieces) => {
  if (pieces.length > MAX_PIECES) return null;
  const kept = [];
  for (const piece of pieces) {
    const empty = isEmpty(piece);
    if (empty === null) return null;
    if (!empty) kept.push(piece);
  }
  let ordered = true;
  kept.sort((a, b) => {
    const sign2 = startOrder(a, b);
    if (sign2 === null) ordered = false;
    return sign2 ?? 0;
  });
  if (!ordered) return null;
  const joined = [];
  for (const piece of kept) {
    const last = joined.at(-1);
    const gap = last ? order(last.high, piece.low) : -1;
    if (gap === null) return null;
    if (!last || gap < 0 || gap === 0 && last.highOpen && piece.lowOpen) joined.push(piece);
    else joined[joined.length - 1] = extend(last, piece);
  }
  return joined;
};
var extend = (last, piece) => {
  const sign2 = order(piece.high, last.high) ?? 0;
  if (sign2 < 0) return last;
  return { ...last, high: piece.high, highOpen: sign2 === 0 ? last.highOpen && piece.highOpen : piece.highOpen };
};
var complement = (pieces) => {
  const gaps = [];
  let low = MINUS_INFINITY;
  let lowOpen = true;
  for (const piece of pieces) {
    gaps.push({ low, lowOpen, high: piece.low, highOpen: !piece.lowOpen });
    low = piece.high;
    lowOpen = !piece.highOpen;
  }
  gaps.push({ low, lowOpen, high: INFINITY, highOpen: true });
  return merge(gaps);
};
var intersect = (left, right) => {
  if (left.length * right.length > MAX_PIECES) return null;
  const common = [];
  for (const a of left)
    for (const b of right) {
      const start = startOrder(a, b) ?? 0;
      const end = order(a.high, b.high) ?? 0;
      const [low, lowOpen] = start >= 0 ? [a.low, a.lowOpen] : [b.low, b.lowOpen];
      const [high, highOpen] = end < 0 || end === 0 && a.highOpen ? [a.high, a.highOpen] : [b.high, b.highOpen];
      common.push({ low, lowOpen, high, highOpen });
    }
  return merge(common);
};

// src/math/compare-collections.ts
var isCollection = (node) => node.kind === "set" || node.kind === "tuple";
var isSetLike = (node) => isCollection(node) || node.kind === "interval" || node.kind === "setOperation" || node.kind === "namedSet";
var distinct = (items) => {
  const seen = new Map(items.map((item) => [keyOf(item), item]));
  return seen.size === items.length ? items : [...seen.values()];
};
var MAX_UNORDERED = 300;
var sameUnordered = (a, b, compare2) => {
  if (a.length !== b.length || a.length > MAX_UNORDERED) return false;
  const open = [...b];
  const keys = b.map(keyOf);
  for (const item of a) {
    const key = keyOf(item);
    let index = keys.indexOf(key);
    if (index < 0 || !compare2(item, open[index] ?? item)) index = open.findIndex((candidate) => compare2(item, candidate));
    if (index < 0) return false;
    open.splice(index, 1);
    keys.splice(index, 1);
  }
  return true;
};
var sameOrdered = (a, b, compare2) => a.length === b.length && a.every((item, i) => compare2(item, b[i] ?? item));
var sameItems = (groundTruth, prediction, compare2) => {
  if (groundTruth.kind === "tuple") return sameOrdered(groundTruth.items, prediction.items, compare2);
  const wanted = distinct(groundTruth.items);
  const given = prediction.kind === "set" ? distinct(prediction.items) : prediction.items;
  return sameUnordered(wanted, given, compare2);
};
var sameInterval = (a, b, compare2) => a.lowOpen === b.lowOpen && a.highOpen === b.highOpen && compare2(a.low, b.low) && compare2(a.high, b.high);
var asPair = (node) => node.lowOpen && node.highOpen ? { kind: "tuple", items: [node.low, node.high] } : null;
var samePieces = (a, b, compare2) => {
  const [left, right] = [piecesOf(a), piecesOf(b)];
  if (!left || !right || left.length !== right.length) return false;
  return left.every((piece, i) => {
    const other = right[i];
    return other !== void 0 && sameInterval({ kind: "interval", ...piece }, { kind: "interval", ...other }, compare2);
  });
};
var wrap = (node) => isSetLike(node) ? node : { kind: "set", items: [node] };
var sameCollection = (groundTruth, prediction, compare2) => {
  const [a, b] = [wrap(groundTruth), wrap(prediction)];
  if (a.kind === "interval" && b.kind === "interval") return sameInterval(a, b, compare2);
  if (keyOf(a) === keyOf(b)) return true;
  if (isCollection(a) && isCollection(b)) return sameItems(a, b, compare2);
  const pairA = a.kind === "interval" && isCollection(b) && b.items.length === 2 ? asPair(a) : null;
  if (pairA && isCollection(b)) return sameItems(pairA, b, compare2);
  const pairB = b.kind === "interval" && isCollection(a) && a.items.length === 2 ? asPair(b) : null;
  if (pairB && isCollection(a)) return sameItems(a, pairB, compare2);
  return samePieces(a, b, compare2);
};

// src/math/precise.ts
var BITS = 200n;
var UNIT2 = 1n << BITS;
var MAX_BITS2 = 700;
var NOISE_BITS = 150n;
var bounded = (value) => bitLength(value) > MAX_BITS2 ? null : value;
var times = (a, b) => a * b >> BITS;
var fromRational = (value) => bounded((value.num << BITS) / value.den);
var inverseSeries = (n, sign2) => {
  let power2 = UNIT2 / n;
  let total = 0n;
  for (let k = 1n, s = 1n; power2 !== 0n; k += 2n, s *= sign2) {
    total += s * power2 / k;
    power2 /= n * n;
  }
  return total;
};
var LN_2 = 2n * inverseSeries(3n, 1n);
var PI = 4n * (4n * inverseSeries(5n, -1n) - inverseSeries(239n, -1n));
var exponential = (x) => {
  let shift = x / LN_2;
  if (x < 0n) shift -= 1n;
  if (shift > 450n || shift < -BITS) return null;
  const rest = x - shift * LN_2;
  let term = UNIT2;
  let total = UNIT2;
  for (let k = 1n; term !== 0n; k += 1n) {
    term = times(term, rest) / k;
    total += term;
  }
  return shift >= 0n ? total << shift : total >> -shift;
};
var logarithm = (x) => {
  if (x <= 0n) return null;
  let [value, shift] = [x, 0n];
  for (; value >= 2n * UNIT2; shift += 1n) value >>= 1n;
  for (; value < UNIT2; shift -= 1n) value <<= 1n;
  const ratio = (value - UNIT2 << BITS) / (value + UNIT2);
  const square2 = times(ratio, ratio);
  let power2 = ratio;
  let total = 0n;
  for (let k = 1n; power2 !== 0n; k += 2n) {
    total += power2 / k;
    power2 = times(power2, square2);
  }
  return 2n * total + shift * LN_2;
};
var squareRoot = (x) => {
  if (x <= 0n) return x === 0n ? 0n : null;
  const value = x << BITS;
  let guess = 1n << BigInt(value.toString(2).length) / 2n + 1n;
  for (; ; ) {
    const next = guess + value / guess >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
};
var wholePower2 = (base, exponent) => {
  if (exponent < 0n) {
    const positive = wholePower2(base, -exponent);
    return positive === null || positive === 0n ? null : UNIT2 * UNIT2 / positive;
  }
  if (exponent > 600n) return null;
  let result = UNIT2;
  for (let k = 0n; k < exponent; k += 1n) {
    result = times(result, base);
    if (bitLength(result) > MAX_BITS2) return null;
  }
  return result;
};
var powerOf = (base, exponent, budget) => {
  const value = fixedValue(base, budget);
  const exact = exactValue(exponent, budget);
  if (value === null) return null;
  if (exact && isInteger(exact)) return wholePower2(value, exact.num / exact.den);
  if (exact && exact.num * 2n === exact.den) return squareRoot(value);
  const index = fixedValue(exponent, budget);
  const log = index === null ? null : logarithm(value);
  return log === null || index === null ? null : exponential(times(log, index));
};
var fold2 = (args, join2, budget) => {
  let total = null;
  for (const arg of args) {
    const value = fixedValue(arg, budget);
    if (value === null) return null;
    total = bounded(total === null ? value : join2(total, value));
    if (total === null) return null;
  }
  return total;
};
var fixedValue = (node, budget) => {
  if (!spend(budget, 20)) return null;
  switch (node.kind) {
    case "number":
      return fromRational(node.value);
    case "constant":
      return node.name === "pi" ? PI : node.name === "e" ? exponential(UNIT2) : null;
    case "add":
      return fold2(node.args, (a, b) => a + b, budget);
    case "mul":
      return fold2(node.args, times, budget);
    case "pow":
      return powerOf(node.base, node.exponent, budget);
    case "function": {
      const [argument, base] = node.args;
      if (node.name !== "log" || !argument || !base) return null;
      const [top, bottom] = [logarithmOf(argument, budget), logarithmOf(base, budget)];
      return top === null || bottom === null || bottom === 0n ? null : (top << BITS) / bottom;
    }
    default:
      return null;
  }
};
var logarithmOf = (node, budget) => {
  const value = fixedValue(node, budget);
  return value === null ? null : logarithm(value);
};
var confirmEqual = (a, b, budget) => {
  const left = fixedValue(a, budget);
  const right = left === null ? null : fixedValue(b, budget);
  if (left === null || right === null) return true;
  const gap = left > right ? left - right : right - left;
  return gap <= UNIT2 + (left < 0n ? -left : left) >> NOISE_BITS;
};

// src/math/identity.ts
var MAX_POINTS = 12;
var ENOUGH_POINTS = 4;
var SLACK2 = 32;
var DECIMAL_TOLERANCE = 1e-14;
var hash = (name, seed) => {
  let state = 2166136261 ^ Math.imul(seed + 1, 2654435761);
  for (let i = 0; i < name.length; i += 1) state = Math.imul(state ^ name.charCodeAt(i), 16777619);
  state ^= state >>> 15;
  state = Math.imul(state, 2246822507);
  return ((state ^ state >>> 13) >>> 0) / 4294967296;
};
var pointAt = (seed) => (name) => {
  const size = 0.2 + 3 * hash(name, seed);
  return seed % 3 !== 0 && hash(name, seed + 1e3) < 0.5 ? -size : size;
};
var agree = (a, b, decimal) => {
  const gap = addComplex(a, { re: -b.re, im: -b.im, error: b.error });
  if (!gap) return false;
  const tolerance = SLACK2 * gap.error + (decimal ? DECIMAL_TOLERANCE * Math.max(modulus(a), modulus(b)) : 0);
  return modulus(gap) <= tolerance;
};
var closeRational = (a, b) => {
  const gap = addRational(a, negRational(b));
  if (!gap) return false;
  const size = (value) => value < 0n ? -value : value;
  return size(gap.num) * 10n ** 14n * a.den <= size(a.num) * gap.den;
};
var sameValue = (a, b, budget = createBudget()) => {
  const left = exactValue(a, budget);
  const right = left && exactValue(b, budget);
  if (left && right) return equalRational(left, right) || (hasDecimal(a) || hasDecimal(b)) && closeRational(left, right);
  if (keyOf(a) === keyOf(b)) return !isUndefined(a);
  return agreesAtPoints(a, b, budget);
};
var isUndefined = (node) => node.kind === "constant" && node.name === "undefined";
var agreesAtPoints = (a, b, budget) => {
  const decimal = hasDecimal(a) || hasDecimal(b);
  let agreed = 0;
  for (let seed = 0; seed < MAX_POINTS && agreed < ENOUGH_POINTS; seed += 1) {
    let variables = 0;
    const base = pointAt(seed);
    const at = (name) => {
      variables += 1;
      return base(name);
    };
    const point = { at, budget };
    const left = evaluate(a, point);
    const right = evaluate(b, point);
    if (variables === 0) return left !== null && right !== null && agree(left, right, decimal) && (decimal || confirmEqual(a, b, budget));
    if (!left || !right) continue;
    if (!agree(left, right, decimal)) return false;
    agreed += 1;
  }
  return agreed > 1;
};
var proportional = (a, b, options) => {
  const { positive, budget } = options;
  let ratio = null;
  let agreed = 0;
  for (let seed = 0; seed < MAX_POINTS && agreed < ENOUGH_POINTS; seed += 1) {
    const point = { at: pointAt(seed), budget };
    const [left, right] = [evaluate(a, point), evaluate(b, point)];
    if (!left || !right) continue;
    if (modulus(right) <= SLACK2 * right.error || modulus(left) <= SLACK2 * left.error) {
      if (modulus(right) <= SLACK2 * right.error !== modulus(left) <= SLACK2 * left.error) return false;
      continue;
    }
    const size = modulus(right) ** 2;
    const re = (left.re * right.re + left.im * right.im) / size;
    const im = (left.im * right.re - left.re * right.im) / size;
    const error = (left.error / modulus(left) + right.error / modulus(right)) * Math.hypot(re, im);
    if (ratio && Math.hypot(ratio.re - re, ratio.im - im) > SLACK2 * (error + ratio.error)) return false;
    if (Math.abs(im) > SLACK2 * error || positive && re <= 0) return false;
    ratio ??= { re, im, error };
    agreed += 1;
  }
  return agreed > 1;
};

// src/math/relation-set.ts
var variablesOf = (node) => {
  const names = /* @__PURE__ */ new Set();
  const visit = (current) => {
    if (current.kind === "symbol") names.add(current.name);
    else if (current.kind === "function" && !current.known) names.add(keyOf(current));
    else childrenOf(current).forEach(visit);
  };
  visit(node);
  return names;
};
var holds = (link2, x, budget) => {
  const point = { at: () => x, budget };
  const [left, right] = [evaluate(link2.left, point), evaluate(link2.right, point)];
  if (!left || !right) return null;
  const tolerance = 16 * (left.error + right.error);
  if (Math.abs(left.im) > tolerance || Math.abs(right.im) > tolerance) return false;
  const gap = left.re - right.re;
  const equal2 = Math.abs(gap) <= tolerance;
  switch (link2.operator) {
    case "=":
      return equal2;
    case "!=":
      return !equal2;
    case "<":
      return !equal2 && gap < 0;
    case "<=":
      return equal2 || gap < 0;
    case ">":
      return !equal2 && gap > 0;
    case ">=":
      return equal2 || gap > 0;
  }
};
var contains = (spans, x, near) => spans.some(([low, high]) => {
  const above = x > low.value + near || !low.open && Math.abs(x - low.value) <= near;
  const below = x < high.value - near || !high.open && Math.abs(x - high.value) <= near;
  return above && below;
});
var spansOf = (pieces) => {
  const spans = [];
  for (const piece of pieces) {
    const [low, high] = [constantValue(piece.low), constantValue(piece.high)];
    if (low === null || high === null) return null;
    spans.push([
      { value: low, open: piece.lowOpen },
      { value: high, open: piece.highOpen }
    ]);
  }
  return spans;
};
var testPoints = (ends) => {
  const sorted = [...new Set(ends)].sort((a, b) => a - b);
  const scale = Math.max(1, ...sorted.map(Math.abs));
  const points = [...sorted, 0, scale * 10.37, -scale * 10.37, scale * 1234.5, -scale * 1234.5];
  sorted.forEach((end, i) => {
    const step = 1e-6 * Math.max(1, Math.abs(end));
    points.push(end - step, end + step);
    const next = sorted[i + 1];
    if (next !== void 0) points.push((end + next) / 2, end + (next - end) * 0.137, end + (next - end) * 0.863);
  });
  for (let i = -60; i <= 60; i += 1) points.push((i + 0.3819) * 0.0571 * scale);
  for (let i = -12; i <= 12; i += 1) points.push(i);
  return points;
};
var relationDescribes = (statement, set, budget = createBudget()) => {
  const links = statement.kind === "chain" ? statement.links : statement.kind === "relation" ? [statement] : [];
  const pieces = variablesOf(statement).size === 1 ? piecesOf(set) : null;
  const spans = pieces && spansOf(pieces);
  if (!spans || links.length === 0) return false;
  const ends = spans.flatMap(([low, high]) => [low.value, high.value]).filter(Number.isFinite);
  let seen = 0;
  for (const x of testPoints(ends)) {
    const verdicts = links.map((link2) => holds(link2, x, budget));
    if (verdicts.includes(null)) continue;
    if (verdicts.every((verdict2) => verdict2 === true) !== contains(spans, x, 1e-12 * Math.max(1, Math.abs(x)))) return false;
    seen += 1;
  }
  return seen > 20;
};

// src/math/compare-relations.ts
var FLIPPED = {
  "=": "=",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<="
};
var linksOf = (node) => {
  if (node.kind === "relation") return [node];
  return node.kind === "chain" ? node.links : [];
};
var isRelation = (node) => linksOf(node).length > 0;
var isEquation = (node) => isRelation(node) && linksOf(node).every((link2) => link2.operator === "=");
var isAssignment = (node) => {
  const [first] = linksOf(node);
  return first !== void 0 && isEquation(node) && onlySymbols(first.left);
};
var lastSide = (node) => linksOf(node).at(-1)?.right ?? node;
var shortened = (node) => {
  const links = linksOf(node);
  const [first] = links;
  return first && links.length > 1 ? { kind: "relation", operator: "=", left: first.left, right: lastSide(node) } : node;
};
var MAX_LINKS = 100;
var isScalar = (node) => ["number", "symbol", "constant", "add", "mul", "pow", "percent", "function", "binder", "matrix"].includes(node.kind);
var sameNames = (a, b) => {
  const [left, right] = [variablesOf(a), variablesOf(b)];
  return left.size === right.size && [...left].every((name) => right.has(name));
};
var sameLink = (a, b, context) => {
  const { compare: compare2, budget } = context;
  const same = a.operator === b.operator;
  const flipped = FLIPPED[a.operator] === b.operator;
  if (!same && !flipped) return false;
  if (same && compare2(a.left, b.left) && compare2(a.right, b.right)) return true;
  if (flipped && compare2(a.left, b.right) && compare2(a.right, b.left)) return true;
  if (![a.left, a.right, b.left, b.right].every(isScalar)) return false;
  const [left, right] = [subtract(a.left, a.right), subtract(b.left, b.right)];
  if (!sameNames(left, right)) return false;
  const ordered = a.operator !== "=" && a.operator !== "!=";
  if (same && proportional(left, right, { positive: ordered, budget })) return true;
  return flipped && ordered && proportional(left, subtract(b.right, b.left), { positive: true, budget });
};
var sameRelation = (groundTruth, prediction, context) => {
  const wanted = linksOf(groundTruth);
  const given = linksOf(prediction);
  if (wanted.length !== given.length || wanted.length > MAX_LINKS) return false;
  const inOrder = (links) => wanted.every((link2, i) => sameLink(link2, links[i] ?? link2, context));
  return inOrder(given) || given.length > 1 && inOrder([...given].reverse());
};

// src/math/matrix.ts
var MAX_CELLS = 400;
var transpose = (rows) => (rows[0] ?? []).map((_, column) => rows.flatMap((row) => row[column] ?? []));
var sum = (a, b) => {
  if (a.length !== b.length || a[0]?.length !== b[0]?.length) return null;
  return a.map((row, i) => row.map((cell, j) => add(cell, b[i]?.[j] ?? cell)));
};
var product = (a, b) => {
  const columns = transpose(b);
  if (a[0]?.length !== b.length || a.length * columns.length * b.length > MAX_CELLS) return null;
  return a.map((row) => columns.map((column) => dot(row, column)));
};
var dot = (row, column) => {
  const terms = row.flatMap((cell, k) => column[k] ? [multiply(cell, column[k])] : []);
  return terms.reduce((total, term) => add(total, term));
};
var multiplyAll = (args) => {
  let rows = null;
  const factors = [];
  for (const arg of args) {
    const next = toMatrix(arg);
    if (!next) factors.push(arg);
    else rows = rows ? product(rows, next) : next;
    if (next && !rows) return null;
  }
  if (!rows || factors.length === 0) return rows;
  const factor = factors.reduce((total, node) => multiply(total, node));
  return rows.map((row) => row.map((cell) => multiply(factor, cell)));
};
var toMatrix = (node) => {
  if (node.kind === "matrix") return node.rows.length * (node.rows[0]?.length ?? 0) <= MAX_CELLS ? node.rows : null;
  if (node.kind === "mul") return multiplyAll(node.args);
  if (node.kind === "function" && node.name === "transpose" && node.args[0]) {
    const rows = toMatrix(node.args[0]);
    return rows && transpose(rows);
  }
  if (node.kind !== "add") return null;
  return node.args.map(toMatrix).reduce((total, rows, i) => i === 0 ? rows : total && rows && sum(total, rows), null);
};

// src/math/compare-scalars.ts
var innerNumber = (node) => {
  if (node.kind === "number") return node;
  return node.kind === "percent" && node.arg.kind === "number" ? node.arg : null;
};
var isWhole = (node) => !node.approximate && isInteger(node.value);
var roundedValue = (node, decimals) => {
  const exact = exactValue(node);
  if (exact) return roundScaled(exact, decimals);
  const value = constantValue(node);
  if (value === null || !Number.isFinite(value) || Math.abs(value) > 1e300) return null;
  return roundScaled({ num: BigInt(Math.round(value * 2 ** 20 * 1e6)), den: 2n ** 20n * 10n ** 6n }, decimals);
};
var wholeValue = (node) => {
  const value = hasDecimal(node) ? null : exactValue(node);
  return value && isInteger(value) ? value.num / value.den : null;
};
var sameLiteral = (a, b, decimals) => {
  const [left, right] = [innerNumber(a), innerNumber(b)];
  if (left?.approximate || right?.approximate) {
    if (wholeValue(a) !== null || wholeValue(b) !== null) return false;
    const [x, y] = [roundedValue(a, decimals), roundedValue(b, decimals)];
    return x !== null && x === y;
  }
  return left !== null && right !== null && isWhole(left) && isWhole(right) && left.value.num * right.value.den === right.value.num * left.value.den;
};
var isMatrix = (node) => node.kind === "matrix" || (node.kind === "add" || node.kind === "mul" || node.kind === "function" && node.name === "transpose") && node.args.some(isMatrix) || node.kind === "pow" && isMatrix(node.base);
var sameMatrix = (a, b, context) => {
  const [left, right] = [toMatrix(a), toMatrix(b)];
  if (!left || !right || left.length !== right.length) return false;
  return left.every((row, i) => {
    const other = right[i];
    return other?.length === row.length && row.every((cell, j) => sameScalar2(cell, other[j] ?? call("norm"), context));
  });
};
var sameScalar2 = (a, b, context) => {
  if (isMatrix(a) || isMatrix(b)) return sameMatrix(a, b, context);
  return sameLiteral(a, b, context.decimals) || sameValue(a, b, context.budget);
};
var spelled = (node) => {
  if (node.kind === "symbol") return node.name;
  if (node.kind === "constant" && node.name === "e") return "e";
  if (node.kind !== "mul") return null;
  const letters = node.args.map(spelled);
  return letters.includes(null) ? null : letters.join("");
};
var sameName = (a, b) => {
  const [left, right] = [spelled(a), spelled(b)];
  return left !== null && right !== null && left.toLowerCase() === right.toLowerCase();
};

// src/math/rename.ts
var renameVariables = (node, names) => {
  const rename = (child) => renameVariables(child, names);
  switch (node.kind) {
    case "symbol":
      return { kind: "symbol", name: names.get(node.name) ?? node.name };
    case "add":
    case "mul":
    case "function":
    case "statement":
      return { ...node, args: node.args.map(rename) };
    case "pow":
      return { ...node, base: rename(node.base), exponent: rename(node.exponent) };
    case "percent":
      return { ...node, arg: rename(node.arg) };
    case "binder":
      return names.has(node.variable) ? node : { ...node, body: rename(node.body), bounds: node.bounds.map(rename) };
    case "matrix":
      return { ...node, rows: node.rows.map((row) => row.map(rename)) };
    case "tuple":
    case "set":
      return { ...node, items: node.items.map(rename) };
    case "interval":
      return { ...node, low: rename(node.low), high: rename(node.high) };
    case "setOperation":
      return { ...node, left: rename(node.left), right: rename(node.right) };
    case "relation":
      return { ...node, left: rename(node.left), right: rename(node.right) };
    case "chain":
      return { ...node, links: node.links.map((link2) => ({ ...link2, left: rename(link2.left), right: rename(link2.right) })) };
    default:
      return node;
  }
};

// src/math/spelled-words.ts
var COMMANDS2 = /\\(?:begin|end|operatorname)\s*\{[^{}]*\}|\\[a-zA-Z]+/g;
var WORDS = /(?<![a-zA-Z])(?:[a-zA-Z]{3,}|(?<=\s)[a-zA-Z]{2}(?=\s))(?![a-zA-Z])/g;
var ZERO_AT_ZERO = new Set("sin tan sinh tanh arcsin arctan arsinh artanh arcsinh arctanh sqrt".split(" "));
var hasWords = (text2) => (text2.replace(COMMANDS2, " ").match(WORDS) ?? []).some((word) => !ZERO_AT_ZERO.has(word.toLowerCase()));
var freeSymbols = (node) => {
  if (node.kind === "symbol") return /* @__PURE__ */ new Set([node.name]);
  const names = new Set(childrenOf(node).flatMap((child) => [...freeSymbols(child)]));
  if (node.kind === "binder" && node.operator !== "derivative") names.delete(node.variable);
  return names;
};
var addsSymbols = (groundTruth, prediction) => {
  const wanted = freeSymbols(groundTruth);
  return [...freeSymbols(prediction)].some((name) => !wanted.has(name));
};

// src/math/compare-math.ts
var STEPS_PER_PAIR = 10;
var compareMath = (groundTruth, prediction, options = {}) => {
  const { decimals = 6, strict = true, relationForSet = false, words = false } = options;
  const renamed = strict ? prediction : matchVariables(groundTruth, prediction);
  return compareNodes(groundTruth, renamed, { decimals, relationForSet, words, budget: createBudget() });
};
var matchVariables = (groundTruth, prediction) => {
  const wanted = [...symbolsOf(groundTruth)];
  const given = [...symbolsOf(prediction)];
  if (wanted.length !== given.length) return prediction;
  return renameVariables(prediction, new Map(given.map((name, i) => [name, wanted[i] ?? name])));
};
var symbolsOf = (node) => {
  const names = /* @__PURE__ */ new Set();
  const visit = (current) => {
    if (current.kind === "symbol") names.add(current.name);
    else childrenOf(current).forEach(visit);
  };
  visit(node);
  return names;
};
var isUndefined2 = (node) => node.kind === "constant" && node.name === "undefined";
var unwrapped = (groundTruth, prediction) => {
  const wanted = isAssignment(groundTruth) ? shortened(groundTruth) : groundTruth;
  const given = isAssignment(prediction) ? shortened(prediction) : prediction;
  if (isEquation(prediction) && !isEquation(groundTruth)) return [wanted, lastSide(given)];
  if (isAssignment(groundTruth) && !isEquation(prediction)) return [lastSide(wanted), given];
  return [wanted, given];
};
var compareNodes = (groundTruth, prediction, context) => {
  if (!spend(context.budget, STEPS_PER_PAIR) || isUndefined2(groundTruth) || isUndefined2(prediction)) return false;
  const [wanted, given] = unwrapped(groundTruth, prediction);
  if (isUndefined2(wanted) || isUndefined2(given)) return false;
  const nested = (a, b) => compareNodes(a, b, { ...context, relationForSet: false });
  if (isRelation(wanted) && isSetLike(given) && relationDescribes(wanted, given, context.budget)) return true;
  if (context.relationForSet && isRelation(given) && isSetLike(wanted) && relationDescribes(given, wanted, context.budget)) return true;
  if (isRelation(wanted) && isRelation(given)) return sameRelation(wanted, given, { compare: nested, budget: context.budget });
  if (isSetLike(wanted) || isSetLike(given)) return sameCollection(wanted, given, nested);
  if (isRelation(wanted) || isRelation(given)) return false;
  if (wanted.kind === "statement" || given.kind === "statement") return keyOf(wanted) === keyOf(given);
  if ((wanted.kind === "symbol" || given.kind === "symbol") && sameName(wanted, given)) return true;
  return !(context.words && addsSymbols(wanted, given)) && sameScalar2(wanted, given, context);
};

// src/math/verify-math.ts
var BOXED_FIRST = { targets: [{ ...LATEX_TARGET, boxedPriority: 0 }, EXPRESSION_TARGET] };
var V_TRIUNE_TARGET = {
  kind: "latex",
  withoutAnchor: false,
  boxedPriority: 0,
  normalization: { ...DEFAULT_NORMALIZATION, nits: false, malformed: false }
};
var V_TRIUNE_RESPONSE = { targets: [V_TRIUNE_TARGET], firstMatchOnly: true };
var V_TRIUNE_GROUND_TRUTH = { firstMatchOnly: true };
var compareAnswers = (groundTruth, prediction, options = {}) => {
  const asked = { words: hasWords(prediction.text ?? ""), ...options };
  return groundTruth.values.some((wanted) => prediction.values.some((given) => compareValues(wanted, given, asked)));
};
var compareValues = (wanted, given, options) => {
  if (typeof wanted === "string" || typeof given === "string")
    return typeof wanted === "string" && typeof given === "string" && wanted.trim() !== "" && wanted.trim() === given.trim();
  return compareMath(wanted, given, options);
};
var MARKED = /\$|\\\(|\\\[|\\boxed|answer/i;
var PROSE = /[a-z]{2,}\s+[a-z]{2,}/i;
var readGroundTruth = (whole2) => {
  const text2 = endOf(whole2);
  const bare = text2.trim();
  if (!MARKED.test(bare) && bare.length < 2e3) {
    const plain = extractMath(bare, { targets: [EXPRESSION_TARGET] });
    if (plain.values.length > 0 && /^[\d\s.,+\-*/^()%]+$/.test(bare)) return plain;
    const normal = normalizeLatex(bare, DEFAULT_NORMALIZATION);
    const value = PROSE.test(bare.replace(/\\[a-z]+/gi, "")) ? null : readLatex(normal);
    if (value) return { values: [value, normal], text: normal };
  }
  return extractMath(text2, BOXED_FIRST);
};
var verdict = (correct, extracted, reason) => ({ correct, extracted, reason });
var judge = (wanted, given, options = {}) => {
  if (wanted.values.length === 0) return verdict(false, given.text, "no_ground_truth");
  if (given.values.length === 0) return verdict(false, null, "no_answer");
  const equal2 = compareAnswers(wanted, given, options);
  return verdict(equal2, given.text, equal2 ? "equal" : "different");
};
var verifyMath = ({ response, groundTruth, compat }) => {
  if (compat === "v-triune") {
    const wanted = extractMath(endOf(groundTruth).toLowerCase(), V_TRIUNE_GROUND_TRUTH);
    return judge(wanted, extractMath(endOf(response).toLowerCase(), V_TRIUNE_RESPONSE), { words: false });
  }
  return judge(readGroundTruth(groundTruth), extractMath(response, BOXED_FIRST));
};

// src/builtins/mathverify.ts
var MathParameters = Type13.Object(
  { answer_format: Type13.Optional(AnswerFormat), compat: Type13.Optional(Type13.Literal("v-triune")) },
  { additionalProperties: false }
);
var mathverify = defineVerifier({
  name: "mathverify",
  description: "A mathematical answer equal to the ground truth: numbers, expressions, sets, intervals, relations, matrices, short texts.",
  parameters: MathParameters,
  metrics: ["answered"],
  groundTruth: readTruth2,
  verify: verifyAnswer,
  gold: goldResponse2
});
function readTruth2(raw, { answer_format: place, compat }) {
  if (compat !== void 0 && place !== void 0) {
    const message = `compat "${compat}" reads the whole response, so answer_format "${place}" has no meaning. Leave out one of the two.`;
    throw new VerifierError("invalid_parameters", message);
  }
  const text2 = typeof raw === "number" ? String(raw) : raw;
  if (typeof text2 === "string" && text2.trim() !== "") return text2;
  throw new VerifierError(
    "invalid_ground_truth",
    `Ground truth of "mathverify" is ${JSON.stringify(raw)}. It must be a text that is not empty, or a number.`
  );
}
function verifyAnswer(input) {
  const { response, groundTruth, parameters } = input;
  const part = parameters.compat === void 0 ? answerPart(response, parameters.answer_format) : response;
  const { correct, extracted, reason } = verifyMath({
    response: part ?? "",
    groundTruth,
    ...parameters.compat === void 0 ? {} : { compat: parameters.compat }
  });
  if (reason === "no_ground_truth") {
    throw new VerifierError(
      "invalid_ground_truth",
      `Ground truth of "mathverify" is ${JSON.stringify(groundTruth.slice(0, 120))}, in which no answer can be read. Write it as LaTeX or a number.`
    );
  }
  const answered = extracted === null ? 0 : 1;
  const placed = parameters.answer_format === void 0 ? tagScore(response) : part === void 0 ? 0 : 1;
  return { accuracy: correct ? 1 : 0, format: placed, metrics: { answered } };
}
var MARKED2 = /\$|\\\(|\\\[|\\boxed/;
function answerPart(response, format2) {
  const located = locateContent(response, format2);
  if (located === void 0) return void 0;
  if (located.place === "last_line" && format2 !== "last_line") return afterThinking(response);
  const text2 = endOf(located.text);
  return MARKED2.test(text2) ? text2 : `\\boxed{${text2}}`;
}
function goldResponse2({ groundTruth, parameters }) {
  const bare = groundTruth.trim().replace(/^\$+([^$]*)\$+$/, "$1");
  const boxed = bare.includes("\\boxed") ? bare : `\\boxed{${bare}}`;
  if (parameters.compat !== void 0) return `<think>

</think>

<answer>
${boxed}
</answer>`;
  return parameters.answer_format === "answer_tag" ? `<answer>${boxed}</answer>` : boxed;
}

// src/builtins/numeric.ts
import { Type as Type14 } from "typebox";
var Tolerance = (what) => Type14.Optional(Type14.Number({ minimum: 0, description: what }));
var NumericParameters = Type14.Object(
  {
    answer_format: Type14.Optional(AnswerFormat),
    absolute_tolerance: Tolerance("largest error that is right; 0 when absent"),
    relative_tolerance: Tolerance("largest error that is right, as a share of the ground truth; 0 when absent"),
    metric: Type14.Optional(
      Type14.Union([Type14.Literal("tolerance"), Type14.Literal("mean_relative_accuracy")], {
        description: "what is paid; tolerance when absent"
      })
    )
  },
  { additionalProperties: false }
);
var ROUNDING = 1e-9;
var ACCURACY_THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
var numeric = defineVerifier({
  name: "numeric",
  description: "A number: within an absolute or relative tolerance, or by mean relative accuracy.",
  parameters: NumericParameters,
  metrics: ["answered", "within_tolerance", "mean_relative_accuracy", "relative_error"],
  groundTruth: readNumber3,
  verify: ({ response, groundTruth, parameters }) => {
    const located = locateAnswer(response, parameters.answer_format);
    const number2 = located === void 0 ? void 0 : numberIn(located);
    if (number2 === void 0) return nothing;
    const truths = readings(groundTruth);
    const errors = readings(number2).flatMap((value) => truths.map((truth) => ({ error: Math.abs(value - truth), truth })));
    const within = errors.some((pair) => isWithin(pair, parameters)) ? 1 : 0;
    const relative = Math.min(...errors.map(relativeError));
    const meanAccuracy = relative <= ROUNDING ? 1 : ACCURACY_THRESHOLDS.filter((threshold) => relative < 1 - threshold - ROUNDING).length / ACCURACY_THRESHOLDS.length;
    return {
      accuracy: parameters.metric === "mean_relative_accuracy" ? meanAccuracy : within,
      format: 1,
      metrics: { answered: 1, within_tolerance: within, mean_relative_accuracy: meanAccuracy, relative_error: Math.min(1, relative) }
    };
  },
  gold: ({ groundTruth, parameters }) => inPlace(`${groundTruth.value}${groundTruth.percent ? "%" : ""}`, parameters.answer_format)
});
var nothing = {
  accuracy: 0,
  format: 0,
  metrics: { answered: 0, within_tolerance: 0, mean_relative_accuracy: 0, relative_error: 1 }
};
function readNumber3(raw) {
  const located = typeof raw === "string" ? locateAnswer(raw) : void 0;
  const number2 = typeof raw === "number" && Number.isFinite(raw) ? { value: raw, percent: false } : parseNumber(located?.text ?? "");
  if (number2 !== void 0) return number2;
  const message = `Ground truth of "numeric" is ${JSON.stringify(raw)}. It must be one number, such as 3.5, "1,250", "3/4" or "12%".`;
  throw new VerifierError("invalid_ground_truth", message);
}
function numberIn({ text: text2, place }) {
  return place === "last_line" ? onlyNumberIn(text2) : parseNumber(text2);
}
function readings({ value, percent }) {
  return percent ? [value, value / 100] : [value];
}
function isWithin({ error, truth }, parameters) {
  const allowed = Math.max(parameters.absolute_tolerance ?? 0, (parameters.relative_tolerance ?? 0) * Math.abs(truth));
  return error <= allowed + ROUNDING * Math.max(Math.abs(truth), allowed);
}
function relativeError({ error, truth }) {
  return error === 0 ? 0 : error / Math.abs(truth);
}

// src/builtins/ocr.ts
import { Type as Type15 } from "typebox";

// src/answer/edit-distance.ts
import { distance } from "fastest-levenshtein";
var MAX_RATIO = 4;
var SLACK3 = 64;
var MAX_LENGTH3 = 2e4;
function editDistance(a, b) {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (long.length > MAX_LENGTH3 || long.length > MAX_RATIO * short.length + SLACK3) return a === b ? 0 : long.length;
  return distance(a, b);
}
function editSimilarity(a, b) {
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 1 : 1 - editDistance(a, b) / longer;
}
function wordDistance(a, b) {
  const codes = /* @__PURE__ */ new Map();
  const code = (word) => {
    const known = codes.get(word);
    if (known !== void 0) return known;
    const fresh = String.fromCharCode(Math.min(codes.size + 1, 65535));
    codes.set(word, fresh);
    return fresh;
  };
  return editDistance(a.map(code).join(""), b.map(code).join(""));
}

// src/builtins/ocr.ts
var OcrParameters = Type15.Object(
  {
    answer_format: Type15.Optional(AnswerFormat),
    metric: Type15.Optional(
      Type15.Union([Type15.Literal("exact"), Type15.Literal("edit"), Type15.Literal("anls"), Type15.Literal("cer"), Type15.Literal("wer")], {
        description: "what is paid: equality (when absent), 1 - edit distance / longer length, the same but 0 below 0.5 (ANLS), 1 - character or word error rate"
      })
    ),
    case_sensitive: Type15.Optional(Type15.Boolean({ description: "true when absent" }))
  },
  { additionalProperties: false }
);
var ANLS_BOUND = 0.5;
var ocr = defineVerifier({
  name: "ocr",
  description: "Text read from an image: equality, edit similarity, ANLS, character or word error rate.",
  parameters: OcrParameters,
  metrics: ["answered", "exact", "edit_similarity", "anls", "character_error_rate", "word_error_rate"],
  groundTruth: (raw) => readTexts(raw, "ocr"),
  verify: ({ response, groundTruth, parameters }) => {
    const answer = locateAnswer(response, parameters.answer_format)?.text;
    const metric = parameters.metric ?? "exact";
    const fold3 = (text2) => foldText(text2, parameters.case_sensitive ?? true);
    const readings2 = groundTruth.map((truth) => compare(fold3(answer ?? ""), fold3(truth)));
    const best = readings2.reduce((most, reading) => reading[metric] > most[metric] ? reading : most);
    return {
      accuracy: answer === void 0 ? 0 : best[metric],
      format: answer === void 0 ? 0 : 1,
      metrics: {
        answered: answer === void 0 ? 0 : 1,
        exact: best.exact,
        edit_similarity: best.edit,
        anls: best.anls,
        character_error_rate: 1 - best.cer,
        word_error_rate: 1 - best.wer
      }
    };
  },
  gold: ({ groundTruth, parameters }) => inPlace(groundTruth[0] ?? "", parameters.answer_format)
});
function foldText(text2, caseSensitive) {
  const folded = text2.normalize("NFC").replace(/\s+/g, " ").trim();
  return caseSensitive ? folded : folded.toLowerCase();
}
function compare(answer, truth) {
  const edit = editSimilarity(answer, truth);
  const words = truth.split(" ");
  return {
    exact: answer === truth ? 1 : 0,
    edit,
    anls: edit >= ANLS_BOUND ? edit : 0,
    cer: 1 - Math.min(1, editDistance(answer, truth) / truth.length),
    wer: 1 - Math.min(1, wordDistance(answer === "" ? [] : answer.split(" "), words) / words.length)
  };
}

// src/builtins/text.ts
import { Type as Type16 } from "typebox";
var TextParameters = Type16.Object(
  {
    answer_format: Type16.Optional(AnswerFormat),
    match: Type16.Optional(
      Type16.Union([Type16.Literal("exact"), Type16.Literal("normalized")], {
        description: "normalized (when absent) ignores case, white space, surrounding quotes and final punctuation"
      })
    )
  },
  { additionalProperties: false }
);
var text = defineVerifier({
  name: "text",
  description: "A short text: equal to one of the right answers, exactly or up to case and punctuation.",
  parameters: TextParameters,
  metrics: ["answered", "exact", "normalized"],
  groundTruth: (raw) => readTexts(raw, "text"),
  verify: ({ response, groundTruth, parameters }) => {
    const answer = locateAnswer(response, parameters.answer_format)?.text;
    const exact = answer !== void 0 && groundTruth.some((truth) => truth.trim() === answer) ? 1 : 0;
    const folded = normaliseText(answer ?? "");
    const equal2 = folded !== "" && groundTruth.some((truth) => normaliseText(truth) === folded);
    const normalized = Math.max(exact, equal2 ? 1 : 0);
    const answered = answer === void 0 ? 0 : 1;
    return { accuracy: parameters.match === "exact" ? exact : normalized, format: answered, metrics: { answered, exact, normalized } };
  },
  gold: ({ groundTruth, parameters }) => inPlace(groundTruth[0].trim(), parameters.answer_format)
});

// src/builtins/builtins.ts
var builtins = Object.freeze([
  mathverify,
  detection,
  grounding,
  click,
  counting,
  ocr,
  choice,
  text,
  numeric,
  json,
  format
]);

// src/plugins.ts
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
async function loadPlugins(names, options = {}) {
  const from = basePath(options.resolveFrom ?? process.cwd());
  const plugins = [];
  for (const name of names) plugins.push(checkPlugin(name, await importPlugin(name, from)));
  return plugins;
}
function basePath(resolveFrom) {
  const path = resolveFrom instanceof URL || resolveFrom.startsWith("file:") ? fileURLToPath(resolveFrom) : resolveFrom;
  return join(isAbsolute(path) ? path : join(process.cwd(), path), "vtriune-plugins.js");
}
async function importPlugin(name, from) {
  try {
    const module = await import(pathToFileURL(resolvePackage(name, from)).href);
    return isRecord3(module) ? module["default"] : void 0;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] ?? "" : String(cause);
    const message = `Verifier plug-in "${name}" could not be loaded: ${reason}. Install it in the project at ${join(from, "..")}, or remove it from "plugins".`;
    throw new VerifierError("invalid_plugin", message, { cause });
  }
}
function resolvePackage(name, from) {
  const require2 = createRequire(from);
  try {
    return require2.resolve(name);
  } catch (error) {
    const folders = require2.resolve.paths(name) ?? [];
    const folder = folders.map((path) => join(path, name)).find((path) => existsSync(join(path, "package.json")));
    const entry = folder === void 0 ? void 0 : importEntry(join(folder, "package.json"));
    if (folder === void 0 || entry === void 0) throw error;
    return join(folder, entry);
  }
}
function importEntry(manifestPath) {
  const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
  let target = isRecord3(manifest) ? manifest["exports"] : void 0;
  while (isRecord3(target)) target = target["."] ?? target["node"] ?? target["import"] ?? target["default"];
  return typeof target === "string" ? target : void 0;
}
function checkPlugin(name, exported) {
  const fail = (problem) => {
    const message = `Verifier plug-in "${name}" ${problem}. It must default-export { meta: { name, version }, verifiers: [defineVerifier(...), ...] }.`;
    throw new VerifierError("invalid_plugin", message);
  };
  if (!isRecord3(exported)) return fail("has no default export that is an object");
  const { meta, verifiers } = exported;
  if (!isRecord3(meta) || typeof meta["name"] !== "string" || typeof meta["version"] !== "string")
    return fail("has no meta with name and version");
  if (!Array.isArray(verifiers) || verifiers.length === 0) return fail("has no verifiers");
  const checked = verifiers.map(
    (value, index) => isVerifier(value) ? value : fail(`has at verifiers[${index}] something that defineVerifier did not make`)
  );
  return { meta: { name: meta["name"], version: meta["version"] }, verifiers: checked };
}
function isRecord3(value) {
  return typeof value === "object" && value !== null;
}
function isVerifier(value) {
  if (!isRecord3(value)) return false;
  const { name, description, parameters, components, metrics, verify } = value;
  const named2 = typeof name === "string" && name !== "" && typeof description === "string";
  return named2 && isRecord3(parameters) && Array.isArray(components) && Array.isArray(metrics) && typeof verify === "function";
}

// src/registry.ts
function createRegistry(verifiers) {
  const byName = /* @__PURE__ */ new Map();
  for (const verifier of verifiers) {
    if (byName.has(verifier.name)) {
      const message = `Two verifiers are named "${verifier.name}". Names must be unique in a registry; rename one or leave one out. Known so far: ${[...byName.keys()].join(", ")}.`;
      throw new VerifierError("duplicate_verifier", message);
    }
    byName.set(verifier.name, verifier);
  }
  const names = Object.freeze([...byName.keys()]);
  const get = (name) => {
    const verifier = byName.get(name);
    if (verifier !== void 0) return verifier;
    const known = names.length === 0 ? "The registry is empty." : `Known: ${names.join(", ")}.`;
    throw new VerifierError(
      "unknown_verifier",
      `No verifier is named "${name}". ${known} A third-party verifier must be listed in "plugins".`
    );
  };
  return Object.freeze({ names, get, has: (name) => byName.has(name) });
}

// src/score.ts
import { Ajv as Ajv3 } from "ajv";

// src/contract.ts
import { Type as Type17 } from "typebox";
var ImageSize = Type17.Object({
  width: Type17.Number({ exclusiveMinimum: 0, description: "width of the stored image, pixels" }),
  height: Type17.Number({ exclusiveMinimum: 0, description: "height of the stored image, pixels" }),
  resized_width: Type17.Optional(Type17.Number({ exclusiveMinimum: 0, description: "width after the processor resized it, pixels" })),
  resized_height: Type17.Optional(Type17.Number({ exclusiveMinimum: 0, description: "height after the processor resized it, pixels" }))
});
var Progress = Type17.Object({
  step: Type17.Number({ minimum: 0 }),
  total_steps: Type17.Number({ exclusiveMinimum: 0 })
});
var RewardEntry = Type17.Object({
  verifier: Type17.String({ minLength: 1 }),
  weight: Type17.Optional(
    Type17.Number({ exclusiveMinimum: 0, description: "share in the reward, relative to the other entries; 1 when absent" })
  ),
  name: Type17.Optional(Type17.String({ minLength: 1, description: "prefix of its components and metrics; the verifier name when absent" })),
  verifier_parm: Type17.Optional(Type17.Unknown()),
  ground_truth: Type17.Optional(Type17.Unknown()),
  accuracy_ratio: Type17.Optional(Type17.Number({ minimum: 0 })),
  format_ratio: Type17.Optional(Type17.Number({ minimum: 0 }))
});
var RewardRequest = Type17.Object({
  id: Type17.String({ description: "returned with the result" }),
  data_source: Type17.String({ description: "the source whose metrics this result counts for" }),
  verifier: Type17.String({ minLength: 1 }),
  verifier_parm: Type17.Optional(Type17.Unknown({ description: "an object that the schema of the verifier accepts; null is none" })),
  rewards: Type17.Optional(Type17.Array(RewardEntry, { minItems: 1, description: "several verifiers; takes the place of verifier" })),
  response: Type17.String({ description: "the whole text the model wrote" }),
  ground_truth: Type17.Unknown({ description: "text or JSON, as the verifier reads it" }),
  answer: Type17.Optional(Type17.Unknown({ description: "the answer without formatting, as in the published data" })),
  accuracy_ratio: Type17.Optional(Type17.Number({ minimum: 0, description: "1 when absent" })),
  format_ratio: Type17.Optional(Type17.Number({ minimum: 0, description: "0 when absent" })),
  progress: Type17.Optional(Progress),
  split: Type17.Optional(Type17.Union([Type17.Literal("train"), Type17.Literal("test")])),
  images: Type17.Optional(Type17.Array(ImageSize))
});
var ScoredResult = Type17.Object({
  id: Type17.String(),
  data_source: Type17.String(),
  verifier: Type17.String(),
  status: Type17.Literal("scored"),
  reward: Type17.Number({ minimum: 0, maximum: 1 }),
  components: Type17.Record(Type17.String(), Type17.Number()),
  metrics: Type17.Record(Type17.String(), Type17.Number()),
  elapsed_ms: Type17.Number({ minimum: 0 })
});
var FailureCode = Type17.Union([
  Type17.Literal("invalid_request"),
  Type17.Literal("unknown_verifier"),
  Type17.Literal("invalid_parameters"),
  Type17.Literal("invalid_ground_truth"),
  Type17.Literal("timeout"),
  Type17.Literal("overloaded"),
  Type17.Literal("verifier_error")
]);
var FailedResult = Type17.Object({
  id: Type17.String(),
  data_source: Type17.String(),
  verifier: Type17.String(),
  status: Type17.Literal("failed"),
  error: Type17.Object({ code: FailureCode, message: Type17.String() })
});
var RewardResult = Type17.Union([ScoredResult, FailedResult]);

// src/score.ts
var checkRequest = new Ajv3({ strict: false }).compile(RewardRequest);
var builtinRegistry = createRegistry(builtins);
async function score(requests, options = {}) {
  const { registry = builtinRegistry, now = () => performance.now() } = options;
  return Promise.all(requests.map((request, index) => scoreOne({ request, index, registry, now })));
}
async function scoreOne(job) {
  const { request, index, registry, now } = job;
  const started = now();
  try {
    if (!checkRequest(request)) throw invalidRequest();
    const scored = request.rewards === void 0 ? await scoreEntry(request, request, registry) : await scoreAll(request, request.rewards, registry);
    const { id, data_source, verifier } = request;
    return { id, data_source, verifier, status: "scored", ...scored, elapsed_ms: Math.max(0, now() - started) };
  } catch (error) {
    return failure(request, index, error);
  }
}
function invalidRequest() {
  const problems = describeErrors(checkRequest.errors ?? [], "request");
  return new VerifierError("invalid_request", `Not a reward request: ${problems}. See schema/reward-request.json of @vtriune/verifiers.`);
}
async function scoreAll(request, entries2, registry) {
  const prefixes = entries2.map((entry) => entry.name ?? entry.verifier);
  const twice = prefixes.find((prefix, index) => prefixes.indexOf(prefix) !== index);
  if (twice !== void 0) {
    throw new VerifierError("invalid_request", `Two entries of "rewards" are called "${twice}". Give one of them another "name".`);
  }
  const scored = await Promise.all(entries2.map((entry) => scoreEntry(request, entry, registry)));
  const weights = entries2.map((entry) => entry.weight ?? 1);
  const total = weights.reduce((sum2, weight) => sum2 + weight, 0);
  const reward = scored.reduce((sum2, item, index) => sum2 + item.reward * ((weights[index] ?? 0) / total), 0);
  return {
    reward: Math.min(1, reward),
    components: joinPrefixed(
      prefixes,
      scored.map((item) => item.components)
    ),
    metrics: joinPrefixed(
      prefixes,
      scored.map((item) => item.metrics)
    )
  };
}
function joinPrefixed(prefixes, records) {
  const entries2 = records.flatMap(
    (record, index) => Object.entries(record).map(([key, value]) => [`${prefixes[index]}/${key}`, value])
  );
  return Object.fromEntries(entries2);
}
async function scoreEntry(request, entry, registry) {
  const verifier = registry.get(entry.verifier);
  const outcome2 = await verifier.verify({
    response: request.response,
    groundTruth: entry.ground_truth ?? request.ground_truth,
    answer: request.answer,
    parameters: entry.verifier_parm ?? request.verifier_parm,
    progress: request.progress,
    split: request.split ?? "train",
    images: request.images ?? []
  });
  checkOutcome(verifier, outcome2);
  const accuracyRatio = entry.accuracy_ratio ?? request.accuracy_ratio ?? 1;
  const formatRatio = entry.format_ratio ?? request.format_ratio ?? 0;
  const { accuracy, format: format2, components, metrics } = outcome2;
  const reward = mix([accuracy, format2], [accuracyRatio, formatRatio]);
  return { reward, components: { accuracy, format: format2, ...components }, metrics: { ...metrics } };
}
function mix([accuracy, format2], [accuracyRatio, formatRatio]) {
  const total = accuracyRatio + formatRatio;
  if (!(total > 0)) {
    throw new VerifierError(
      "invalid_request",
      "accuracy_ratio and format_ratio are both 0, so nothing is rewarded. Set one of them above 0."
    );
  }
  return Math.min(1, accuracy * (accuracyRatio / total) + format2 * (formatRatio / total));
}
function checkOutcome(verifier, outcome2) {
  for (const part of ["accuracy", "format"]) {
    const value = outcome2[part];
    if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
      throw new VerifierError(
        "verifier_error",
        `Verifier "${verifier.name}" returned ${part} ${String(value)}. It must be a number in [0, 1].`
      );
    }
  }
  checkKeys(verifier, "components", outcome2.components ?? {});
  checkKeys(verifier, "metrics", outcome2.metrics ?? {});
}
function checkKeys(verifier, part, record) {
  const declared = verifier[part];
  const keys = Object.keys(record);
  const wrong = keys.find((key) => !declared.includes(key)) ?? declared.find((key) => !keys.includes(key));
  if (wrong !== void 0) {
    const message = `Verifier "${verifier.name}" must return exactly the ${part} it declares (${declared.join(", ") || "none"}); "${wrong}" is ${keys.includes(wrong) ? "not declared" : "missing"}.`;
    throw new VerifierError("verifier_error", message);
  }
  const broken = keys.find((key) => !Number.isFinite(record[key]));
  if (broken !== void 0) {
    throw new VerifierError(
      "verifier_error",
      `Verifier "${verifier.name}" returned ${part}.${broken} = ${String(record[broken])}. It must be a finite number.`
    );
  }
}
var FAILURE_CODES = {
  invalid_request: true,
  unknown_verifier: true,
  invalid_parameters: true,
  invalid_ground_truth: true,
  timeout: true,
  overloaded: true,
  verifier_error: true
};
function isFailureCode(code) {
  return typeof code === "string" && Object.hasOwn(FAILURE_CODES, code);
}
function failure(request, index, error) {
  const fields = typeof request === "object" && request !== null ? { ...request } : {};
  const text2 = (value, otherwise) => typeof value === "string" ? value : otherwise;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : void 0;
  const message = error instanceof Error ? error.message : String(error);
  return {
    id: text2(fields["id"], `#${index}`),
    data_source: text2(fields["data_source"], "unknown"),
    verifier: text2(fields["verifier"], "unknown"),
    status: "failed",
    error: { code: isFailureCode(code) ? code : "verifier_error", message }
  };
}

// src/server/beacon.ts
var FINISHED = -2;
var INDEX_BYTES = 8;
function createBeacon(memory = new SharedArrayBuffer(2 * INDEX_BYTES)) {
  const index = new Int32Array(memory, 0, 1);
  const since = new Float64Array(memory, INDEX_BYTES, 1);
  return {
    memory,
    index: () => Atomics.load(index, 0),
    since: () => since[0] ?? 0,
    // The time first: a reader that sees the index sees its time or a later one, and so never takes an item for older than it is.
    mark: (value) => {
      since[0] = monotonicMs();
      Atomics.store(index, 0, value);
    }
  };
}
function monotonicMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}

// src/server/scoring.ts
function describeVerifier(verifier) {
  const { name, description, parameters, components, metrics } = verifier;
  return { name, description, parameters, components, metrics };
}

// src/server/score-worker.ts
var loading = loadRegistry().then(
  (registry) => ({ registry }),
  (error) => ({ error })
);
async function loadRegistry() {
  const setup = workerData;
  const plugins = await loadPlugins(setup.plugins, setup.resolveFrom === void 0 ? {} : { resolveFrom: setup.resolveFrom });
  return createRegistry([...builtins, ...plugins.flatMap(({ verifiers }) => verifiers)]);
}
async function describeVerifiers() {
  const loaded = await loading;
  if ("error" in loaded) {
    const { error } = loaded;
    const code = error instanceof VerifierError ? error.code : "invalid_plugin";
    return { error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
  const { registry } = loaded;
  const verifiers = registry.names.map((name) => describeVerifier(registry.get(name)));
  return { verifiers: JSON.parse(JSON.stringify(verifiers)) };
}
async function scoreChunk({ requests, beacon: memory, budgetMs }) {
  const loaded = await loading;
  if ("error" in loaded) process.exit(1);
  const { registry } = loaded;
  const beacon = createBeacon(memory);
  const results = [];
  const started = performance.now();
  for (const request of requests) {
    if (results.length > 0 && performance.now() - started > budgetMs) break;
    beacon.mark(results.length);
    results.push(...await score([request], { registry }));
  }
  beacon.mark(FINISHED);
  return results;
}
export {
  describeVerifiers,
  scoreChunk
};
