// Draws a ground truth and detections of the size and shape of COCO val2017: 5,000 images, about 36,000 boxes in 80 classes of
// very different frequency, 1 % crowds, sizes from a few to hundreds of pixels, and about 26 detections an image.

/** A seeded generator of numbers in [0, 1). */
function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function round(value) {
  return Math.round(value * 100) / 100;
}

function drawBox(draw) {
  const width = 4 * 100 ** draw();
  const height = 4 * 100 ** draw();
  return [round(draw() * Math.max(1, 640 - width)), round(draw() * Math.max(1, 480 - height)), round(width), round(height)];
}

function jitter(draw, [x, y, width, height], spread) {
  const move = () => (draw() - 0.5) * spread;
  return [round(x + move() * width), round(y + move() * height), round(width * (1 + move())), round(height * (1 + move()))];
}

/** Frequencies fall as 1 / rank, so that the first of 80 classes has a fifth of the boxes, as `person` nearly does. */
function classPicker(draw, count) {
  const limits = [];
  let total = 0;
  for (let rank = 1; rank <= count; rank++) limits.push((total += 1 / rank));
  return () => {
    const point = draw() * total;
    return 1 + limits.findIndex((limit, index) => point < limit || index === count - 1);
  };
}

/** Returns `{ groundTruth, detections }` in COCO's JSON. */
export function makeCocoSet({ seed = 1, images: imageCount = 5000, categories: categoryCount = 80 } = {}) {
  const draw = mulberry32(seed);
  const pickClass = classPicker(draw, categoryCount);
  const images = Array.from({ length: imageCount }, (_, index) => ({ id: 139 + index * 7, width: 640, height: 480 }));
  const categories = Array.from({ length: categoryCount }, (_, index) => ({ id: index + 1, name: `class ${index + 1}` }));
  const annotations = [];
  const detections = [];
  const detect = (labels, bbox, score) => detections.push({ ...labels, bbox, score: Math.round(score * 1e5) / 1e5 });
  for (const { id } of images) {
    const present = Array.from({ length: 1 + Math.floor(draw() * 4) }, pickClass);
    for (let rest = Math.floor(27 * draw() * draw()); rest >= 0; rest--) {
      const category_id = present[Math.floor(draw() * present.length)];
      const bbox = drawBox(draw);
      const iscrowd = draw() < 0.01 ? 1 : 0;
      annotations.push({
        id: annotations.length + 1,
        image_id: id,
        category_id,
        bbox,
        area: round(bbox[2] * bbox[3] * (0.5 + draw() / 2)),
        iscrowd,
      });
      if (draw() < 0.85) detect({ image_id: id, category_id }, jitter(draw, bbox, 0.25), 0.3 + 0.7 * draw());
      for (let copies = Math.floor(draw() * 3); copies > 0; copies--)
        detect({ image_id: id, category_id }, jitter(draw, bbox, 0.8), 0.5 * draw());
    }
    for (let noise = Math.floor(draw() * 26); noise > 0; noise--)
      detect({ image_id: id, category_id: draw() < 0.5 ? present[0] : pickClass() }, drawBox(draw), 0.4 * draw() ** 2);
  }
  return { groundTruth: { images, categories, annotations }, detections };
}
