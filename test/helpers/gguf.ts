/**
 * Writes tiny llama models from scratch, so that tests run the real inference engine without any
 * download: one that answers one exact sentence, one that writes it between two texts, and one that
 * answers arbitrary bytes.
 *
 * How the sentence comes out: the token embeddings are one-hot and every attention and feed-forward
 * weight is zero, so what reaches the output layer is the last token alone. Row `j` of the output
 * matrix is set where token `j` follows that token: greedy decoding then walks the chain.
 */

/** Size of the embedding; at least one dimension for each token of the vocabulary. */
const EMBEDDING_LENGTH = 320;
const FEED_FORWARD_LENGTH = 32;
const HEAD_COUNT = 4;
const CONTEXT_LENGTH = 32_768;
const ALIGNMENT = 32;
const GGUF_VERSION = 3;
/** Value and tensor type numbers of the format. */
const TYPE = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 } as const;
const TENSOR_F32 = 0;
/** Token types: what the tokenizer may do with a piece. */
const TOKEN = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;
/** Where the answer starts in every prompt: the last thing that the chat template writes. */
const ANSWER_MARK = '<|assistant|>';
/** What stands before each part where a model is to fill in the middle. */
const FILL_MARKS = { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', middle: '<|fim_middle|>' };
const CHAT_TEMPLATE =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

interface Vocabulary {
  readonly pieces: string[];
  readonly types: number[];
}
interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * A model that answers every prompt with exactly `sentence` and stops. The words must differ from
 * each other; characters outside ASCII are written as the bytes of their UTF-8 form, one token
 * each, so that a decoder sees them in pieces (each byte may occur only once).
 */
export function sentenceModel(sentence: string): Buffer {
  return chainModel(sentence, { vocabulary: baseVocabulary(), start: ANSWER_MARK });
}

/**
 * As `sentenceModel`, of a model that was trained to fill in the middle: it answers with the sentence
 * where the mark before the middle is the last thing it reads, and with nothing anywhere else.
 */
export function fillModel(sentence: string): Buffer {
  const { pieces, types } = baseVocabulary();
  const marks = Object.values(FILL_MARKS);
  const vocabulary = {
    pieces: [...pieces, ...marks],
    types: [...types, ...marks.map(() => TOKEN.control)],
  };
  return chainModel(sentence, { vocabulary, start: FILL_MARKS.middle });
}

function chainModel(
  sentence: string,
  { vocabulary, start }: { readonly vocabulary: Vocabulary; readonly start: string },
): Buffer {
  const chain = sentenceTokens(vocabulary, sentence);
  const follow = new Map<number, number>();
  const end = vocabulary.pieces.indexOf('</s>');
  [vocabulary.pieces.indexOf(start), ...chain].forEach((token, at) => {
    if (follow.has(token)) throw new Error('A token of the sentence occurs twice.');
    follow.set(token, chain[at] ?? end);
  });
  const output = new Float32Array(EMBEDDING_LENGTH * vocabulary.pieces.length);
  for (const [token, next] of follow) output[next * EMBEDDING_LENGTH + token] = 10;
  return writeModel(vocabulary, oneHotEmbeddings(vocabulary), output);
}

/**
 * A model whose answer never ends and consists of raw bytes in an order that only the seed
 * decides: almost all of it is broken UTF-8.
 */
export function randomBytesModel(seed: number): Buffer {
  const vocabulary = baseVocabulary();
  const bytes = shuffle(range(256), seed).map((byte) => vocabulary.pieces.indexOf(byteName(byte)));
  const output = new Float32Array(EMBEDDING_LENGTH * vocabulary.pieces.length);
  const tokens = [vocabulary.pieces.indexOf(ANSWER_MARK), ...bytes];
  tokens.forEach((token, at) => {
    const next = bytes[at] ?? bytes[0] ?? 0;
    output[next * EMBEDDING_LENGTH + token] = 10;
  });
  return writeModel(vocabulary, oneHotEmbeddings(vocabulary), output);
}

/** The bytes that `randomBytesModel(seed)` answers first, one for each token. */
export function randomBytesAnswer(seed: number, count: number): Buffer {
  const order = shuffle(range(256), seed);
  return Buffer.from(range(count).map((at) => order[at % order.length] ?? 0));
}

function baseVocabulary(): Vocabulary {
  const marks = [ANSWER_MARK, '<|user|>', '<|system|>'];
  return {
    pieces: ['<unk>', '<s>', '</s>', ...range(256).map(byteName), ...marks],
    types: [
      TOKEN.unknown,
      TOKEN.control,
      TOKEN.control,
      ...range(256).map(() => TOKEN.byte),
      ...marks.map(() => TOKEN.control),
    ],
  };
}

/** Adds the words of the sentence to the vocabulary and gives the sentence as token numbers. */
function sentenceTokens(vocabulary: Vocabulary, sentence: string): number[] {
  return (sentence.match(/[ -~]+?(?= |$|[^ -~])|[^ -~]/g) ?? []).flatMap((part) => {
    if (!/^[ -~]+$/.test(part)) {
      return [...Buffer.from(part)].map((byte) => vocabulary.pieces.indexOf(byteName(byte)));
    }
    vocabulary.pieces.push(part.replaceAll(' ', '\u2581'));
    vocabulary.types.push(TOKEN.normal);
    return [vocabulary.pieces.length - 1];
  });
}

function byteName(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

function oneHotEmbeddings({ pieces }: Vocabulary): Float32Array {
  if (pieces.length > EMBEDDING_LENGTH) throw new Error('The sentence has too many words.');
  const embeddings = new Float32Array(EMBEDDING_LENGTH * pieces.length);
  pieces.forEach((_, token) => {
    embeddings[token * EMBEDDING_LENGTH + token] = 1;
  });
  return embeddings;
}

function writeModel(
  vocabulary: Vocabulary,
  embeddings: Float32Array,
  output: Float32Array,
): Buffer {
  const tensors = modelTensors(vocabulary.pieces.length, embeddings, output);
  const metadata = modelMetadata(vocabulary);
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(GGUF_VERSION),
    uint64(tensors.length),
    uint64(metadata.length),
    ...metadata,
    ...tensorTable(tensors),
  ]);
  const blocks = tensors.map(({ data }) => pad(Buffer.from(data.buffer)));
  return Buffer.concat([pad(head), ...blocks]);
}

/** One layer whose attention and feed-forward part add nothing. */
function modelTensors(size: number, embeddings: Float32Array, output: Float32Array): Tensor[] {
  const [width, inner] = [EMBEDDING_LENGTH, FEED_FORWARD_LENGTH];
  const zeros = (name: string, ...shape: number[]): Tensor => ({
    name,
    shape,
    data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
  });
  const ones = (name: string): Tensor => ({
    name,
    shape: [width],
    data: new Float32Array(width).fill(1),
  });
  return [
    { name: 'token_embd.weight', shape: [width, size], data: embeddings },
    ones('blk.0.attn_norm.weight'),
    zeros('blk.0.attn_q.weight', width, width),
    zeros('blk.0.attn_k.weight', width, width),
    zeros('blk.0.attn_v.weight', width, width),
    zeros('blk.0.attn_output.weight', width, width),
    ones('blk.0.ffn_norm.weight'),
    zeros('blk.0.ffn_gate.weight', width, inner),
    zeros('blk.0.ffn_up.weight', width, inner),
    zeros('blk.0.ffn_down.weight', inner, width),
    ones('output_norm.weight'),
    { name: 'output.weight', shape: [width, size], data: output },
  ];
}

function modelMetadata({ pieces, types }: Vocabulary): Buffer[] {
  return [
    entry('general.architecture', TYPE.string, string('llama')),
    entry('general.name', TYPE.string, string('tiny')),
    entry('llama.context_length', TYPE.uint32, uint32(CONTEXT_LENGTH)),
    entry('llama.embedding_length', TYPE.uint32, uint32(EMBEDDING_LENGTH)),
    entry('llama.block_count', TYPE.uint32, uint32(1)),
    entry('llama.feed_forward_length', TYPE.uint32, uint32(FEED_FORWARD_LENGTH)),
    entry('llama.attention.head_count', TYPE.uint32, uint32(HEAD_COUNT)),
    entry('llama.attention.head_count_kv', TYPE.uint32, uint32(HEAD_COUNT)),
    entry('llama.attention.layer_norm_rms_epsilon', TYPE.float32, float32(1e-5)),
    entry('llama.rope.dimension_count', TYPE.uint32, uint32(EMBEDDING_LENGTH / HEAD_COUNT)),
    entry('llama.vocab_size', TYPE.uint32, uint32(pieces.length)),
    entry('tokenizer.ggml.model', TYPE.string, string('llama')),
    entry('tokenizer.ggml.tokens', TYPE.array, array(TYPE.string, pieces.map(string))),
    entry(
      'tokenizer.ggml.scores',
      TYPE.array,
      array(
        TYPE.float32,
        pieces.map(() => float32(0)),
      ),
    ),
    entry('tokenizer.ggml.token_type', TYPE.array, array(TYPE.int32, types.map(uint32))),
    entry('tokenizer.ggml.bos_token_id', TYPE.uint32, uint32(pieces.indexOf('<s>'))),
    entry('tokenizer.ggml.eos_token_id', TYPE.uint32, uint32(pieces.indexOf('</s>'))),
    entry('tokenizer.ggml.unknown_token_id', TYPE.uint32, uint32(pieces.indexOf('<unk>'))),
    entry('tokenizer.chat_template', TYPE.string, string(CHAT_TEMPLATE)),
    ...fillMetadata(pieces),
  ];
}

function fillMetadata(pieces: readonly string[]): Buffer[] {
  const keys = { prefix: 'fim_pre', suffix: 'fim_suf', middle: 'fim_mid' };
  return (['prefix', 'suffix', 'middle'] as const).flatMap((part) => {
    const token = pieces.indexOf(FILL_MARKS[part]);
    const key = `tokenizer.ggml.${keys[part]}_token_id`;
    return token === -1 ? [] : [entry(key, TYPE.uint32, uint32(token))];
  });
}

function tensorTable(tensors: readonly Tensor[]): Buffer[] {
  let offset = 0;
  return tensors.map(({ name, shape, data }) => {
    const row = Buffer.concat([
      string(name),
      uint32(shape.length),
      ...shape.map(uint64),
      uint32(TENSOR_F32),
      uint64(offset),
    ]);
    offset += aligned(data.byteLength);
    return row;
  });
}

function entry(key: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([string(key), uint32(type), value]);
}
function array(type: number, values: readonly Buffer[]): Buffer {
  return Buffer.concat([uint32(type), uint64(values.length), ...values]);
}
function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes], aligned(bytes.length));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** Fisher-Yates with a small generator of its own, so that a seed always gives the same order. */
function shuffle(values: readonly number[], seed: number): number[] {
  const result = [...values];
  let state = seed >>> 0;
  for (let at = result.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (at + 1);
    [result[at], result[other]] = [result[other] ?? 0, result[at] ?? 0];
  }
  return result;
}
