// One training step of a small language model in plain TensorFlow.js: forward, backward and Adam. It has the shape of
// orsta-nano's decoder, written as one file so that it measures kernels and not the rest of the package.

export const DEFAULT_SIZE = { layers: 4, hidden: 128, heads: 4, keyValueHeads: 2, mlp: 384, vocabulary: 512, positions: 128, batch: 32 };

/** Returns `step()`, which trains once on a fixed batch and returns the loss. */
export function createTransformerStep(tf, size = DEFAULT_SIZE) {
  const { layers, hidden, heads, keyValueHeads, mlp, vocabulary, positions, batch } = size;
  const headSize = hidden / heads;
  const kvHidden = keyValueHeads * headSize;
  const group = heads / keyValueHeads;
  let seed = 1;
  const random = (...shape) => tf.variable(tf.randomNormal(shape, 0, 0.05, 'float32', seed++));
  const embedding = random(vocabulary, hidden);
  const finalNorm = tf.variable(tf.ones([hidden]));
  const blocks = Array.from({ length: layers }, () => ({
    norm1: tf.variable(tf.ones([hidden])),
    norm2: tf.variable(tf.ones([hidden])),
    q: random(hidden, hidden),
    k: random(kvHidden, hidden),
    v: random(kvHidden, hidden),
    qBias: random(hidden),
    kBias: random(kvHidden),
    vBias: random(kvHidden),
    o: random(hidden, hidden),
    gate: random(mlp, hidden),
    up: random(mlp, hidden),
    down: random(hidden, mlp),
  }));
  const ids = tf.keep(tf.randomUniform([batch * positions], 0, vocabulary, 'int32', 5));
  const targets = tf.keep(tf.oneHot(tf.randomUniform([batch * positions], 0, vocabulary, 'int32', 6), vocabulary));
  const angles = tf.outerProduct(tf.range(0, positions), tf.pow(10000, tf.div(tf.range(0, headSize / 2), -headSize / 2)));
  const cos = tf.keep(tf.reshape(tf.concat([tf.cos(angles), tf.cos(angles)], 1), [positions, 1, headSize]));
  const sin = tf.keep(tf.reshape(tf.concat([tf.sin(angles), tf.sin(angles)], 1), [positions, 1, headSize]));
  const causal = tf.linalg.bandPart(tf.ones([positions, positions]), -1, 0);
  const mask = tf.keep(tf.tile(tf.mul(tf.sub(1, causal), -1e9), [group, 1]));
  const optimizer = tf.train.adam(1e-3);

  const tables = { cos, sin, mask };
  function loss() {
    let x = tf.gather(embedding, ids);
    for (const p of blocks) {
      x = tf.add(x, attention(tf, norm(tf, x, p.norm1), { p, size, tables }));
      const y = norm(tf, x, p.norm2);
      const gate = linear(tf, y, p.gate);
      x = tf.add(x, linear(tf, tf.mul(tf.mul(gate, tf.sigmoid(gate)), linear(tf, y, p.up)), p.down));
    }
    const logits = linear(tf, norm(tf, x, finalNorm), embedding);
    return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1)));
  }
  return () => {
    const { value, grads } = tf.variableGrads(loss);
    optimizer.applyGradients(grads);
    const result = value.dataSync()[0];
    tf.dispose([value, grads]);
    return result;
  };
}

function norm(tf, x, weight) {
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-6))), weight);
}

function linear(tf, x, weight) {
  return tf.matMul(x, weight, false, true);
}

function rotate(tf, x, { cos, sin }) {
  const [a, b] = tf.split(x, 2, -1);
  return tf.add(tf.mul(x, cos), tf.mul(tf.concat([tf.neg(b), a], -1), sin));
}

function attention(tf, x, { p, size, tables }) {
  const { hidden, heads, keyValueHeads, positions, batch } = size;
  const headSize = hidden / heads;
  const rows = (heads / keyValueHeads) * positions;
  const q = rotate(tf, tf.reshape(tf.add(linear(tf, x, p.q), p.qBias), [batch, positions, heads, headSize]), tables);
  const k = rotate(tf, tf.reshape(tf.add(linear(tf, x, p.k), p.kBias), [batch, positions, keyValueHeads, headSize]), tables);
  const v = tf.reshape(tf.add(linear(tf, x, p.v), p.vBias), [batch, positions, keyValueHeads, headSize]);
  const grouped = tf.reshape(tf.transpose(q, [0, 2, 1, 3]), [batch, keyValueHeads, rows, headSize]);
  const scores = tf.mul(tf.matMul(grouped, tf.transpose(k, [0, 2, 1, 3]), false, true), 1 / Math.sqrt(headSize));
  const mixed = tf.matMul(tf.softmax(tf.add(scores, tables.mask)), tf.transpose(v, [0, 2, 1, 3]));
  const joined = tf.transpose(tf.reshape(mixed, [batch, heads, positions, headSize]), [0, 2, 1, 3]);
  return linear(tf, tf.reshape(joined, [batch * positions, hidden]), p.o);
}
