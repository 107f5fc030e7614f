/** Owns which names TensorFlow.js has (4.22, with its layers), and what to say of those that it lacks. */
import type { Resolution } from '../../value/library';

const NAMES: ReadonlySet<string> = new Set(
  (
    'abs acos acosh add addN all any argMax argMin asin asinh atan atan2 atanh automl avgPool avgPool3d backend backend_util ' +
    'basicLSTMCell batchNorm batchNorm2d batchNorm3d batchNorm4d batchToSpaceND bincount bitwiseAnd booleanMaskAsync broadcastArgs ' +
    'broadcastTo broadcast_util browser buffer callbacks cast ceil clipByValue clone complex concat concat1d concat2d concat3d ' +
    'concat4d constraints conv1d conv2d conv2dTranspose conv3d conv3dTranspose copyRegisteredKernels cos cosh cosineWindow cumprod ' +
    'cumsum customGrad data denseBincount deprecationWarn depthToSpace depthwiseConv2d deregisterOp device_util diag dilation2d ' +
    'disableDeprecationWarnings dispose disposeVariables div divNoNan dot dropout einsum elu enableDebugMode enableProdMode ' +
    'enclosingPowerOfTwo engine ensureShape env equal erf euclideanNorm exp expandDims expm1 eye fft fill findBackend ' +
    'findBackendFactory floor floorDiv fused gather gatherND gather_util getBackend getGradient getKernel getKernelsForBackend grad ' +
    'grads greater greaterEqual ifft imag image inTopKAsync initializers input io irfft isFinite isInf isNaN keep kernel_impls ' +
    'layers leakyRelu less lessEqual linalg linspace loadGraphModel loadGraphModelSync loadLayersModel loadModel ' +
    'localResponseNormalization log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr logicalXor losses ' +
    'lowerBound matMul math max maxPool maxPool3d maxPoolWithArgmax maximum mean memory meshgrid metrics min minimum mirrorPad mod ' +
    'model models moments movingAverage mul multiRNNCell multinomial neg nextFrame node norm notEqual oneHot ones onesLike op ' +
    'outerProduct pad pad1d pad2d pad3d pad4d pool pow prelu print prod profile raggedGather raggedRange raggedTensorToTensor rand ' +
    'randomGamma randomNormal randomStandardNormal randomUniform randomUniformInt range ready real reciprocal registerBackend ' +
    'registerCallbackConstructor registerGradient registerKernel registerOp regularizers relu relu6 removeBackend reshape reverse ' +
    'reverse1d reverse2d reverse3d reverse4d rfft round rsqrt scalar scatterND scatter_util searchSorted selu separableConv2d ' +
    'sequential serialization setBackend setPlatform setWasmPath setWasmPaths setdiff1dAsync sigmoid sign signal sin sinh slice ' +
    'slice1d slice2d slice3d slice4d slice_util softmax softplus spaceToBatchND sparse sparseToDense spectral split sqrt square ' +
    'squaredDifference squeeze stack step stridedSlice string sub sum sumOutType tan tanh tensor tensor1d tensor2d tensor3d ' +
    'tensor4d tensor5d tensor6d tensorScatterUpdate tensor_util test_util tidy tile time topk train transpose truncatedNormal ' +
    'unique unregisterGradient unregisterKernel unsortedSegmentSum unstack upcastType upperBound util valueAndGrad valueAndGrads ' +
    'variable variableGrads version version_core wasm webgl webgpu where whereAsync zeros zerosLike'
  ).split(' '),
);

/** What Python calls otherwise, and what is a method only. */
const INSTEAD: Readonly<Record<string, string>> = {
  reduceMean: 'mean',
  reduceSum: 'sum',
  reduceMax: 'max',
  reduceMin: 'min',
  reduceProd: 'prod',
  reduceAll: 'all',
  reduceAny: 'any',
  reduce_mean: 'mean',
  reduce_sum: 'sum',
  reduce_max: 'max',
  reduce_min: 'min',
  subtract: 'sub',
  multiply: 'mul',
  divide: 'div',
  negative: 'neg',
  power: 'pow',
  matmul: 'matMul',
  expand_dims: 'expandDims',
  clip_by_value: 'clipByValue',
  one_hot: 'oneHot',
  constant: 'tensor',
  zeros_like: 'zerosLike',
  ones_like: 'onesLike',
  argmax: 'argMax',
  argmin: 'argMin',
  squared_difference: 'squaredDifference',
  floordiv: 'floorDiv',
};

/** What the namespaces hold. */
const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    losses:
      'absoluteDifference computeWeightedLoss cosineDistance hingeLoss huberLoss logLoss meanSquaredError sigmoidCrossEntropy softmaxCrossEntropy',
    metrics:
      'MAPE MSE binaryAccuracy binaryCrossentropy categoricalAccuracy categoricalCrossentropy cosineProximity mape meanAbsoluteError ' +
      'meanAbsolutePercentageError meanSquaredError mse precision r2Score recall sparseCategoricalAccuracy',
    math: 'confusionMatrix',
    linalg: 'bandPart gramSchmidt qr',
    signal: 'hammingWindow hannWindow frame stft',
    spectral: 'fft ifft rfft irfft',
    train: 'sgd momentum rmsprop adam adadelta adamax adagrad',
    Reduction: 'NONE MEAN SUM SUM_BY_NONZERO_WEIGHTS',
  }).map(([namespace, members]) => [namespace, new Set(members.split(' '))]),
);

/** Names of Keras and TensorFlow for losses that are called otherwise. */
const LOSSES_INSTEAD: Readonly<Record<string, string>> = {
  mse: 'losses.meanSquaredError',
  mae: 'losses.absoluteDifference',
  meanAbsoluteError: 'losses.absoluteDifference',
  huber: 'losses.huberLoss',
  hinge: 'losses.hingeLoss',
  log: 'losses.logLoss',
  bce: 'metrics.binaryCrossentropy',
  crossEntropy: 'losses.softmaxCrossEntropy',
  cosineSimilarity: 'metrics.cosineProximity',
  cosine: 'losses.cosineDistance',
};

/** Undefined for names that exist, and where that is not sure (older versions had more). */
export function missingTfjsName(path: string): Resolution | undefined {
  const [, namespace, name] = /^tfjs\.(?:([A-Za-z]\w*)\.)?([A-Za-z]\w*)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  return namespace === undefined ? missingAtTop(name) : missingMember(namespace, name);
}

function missingAtTop(name: string): Resolution | undefined {
  if (NAMES.has(name) || !/^[a-z]/.test(name) || /Strict$|^version/.test(name)) return undefined;
  const instead = Object.hasOwn(INSTEAD, name) ? (INSTEAD[name] ?? null) : null;
  return missing(name, instead);
}

function missingMember(namespace: string, name: string): Resolution | undefined {
  const members = Object.hasOwn(MEMBERS, namespace) ? MEMBERS[namespace] : undefined;
  if (members === undefined || members.has(name) || /^(toString|name)$/.test(name)) return undefined;
  return missing(`${namespace}.${name}`, insteadOf(namespace, name));
}

/** The same name elsewhere, or spelt otherwise. */
function insteadOf(namespace: string, name: string): string | null {
  if (/^(losses|metrics)$/.test(namespace) && Object.hasOwn(LOSSES_INSTEAD, name)) return LOSSES_INSTEAD[name] ?? null;
  const plain = plainName(name);
  for (const [other, members] of Object.entries(MEMBERS)) {
    const found = [...members].find((each) => plainName(each) === plain);
    if (found !== undefined && other !== 'train' && `${other}.${found}` !== `${namespace}.${name}`) return `${other}.${found}`;
  }
  const top = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : [...NAMES].find((each) => plainName(each) === plain);
  return top ?? null;
}

function plainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function missing(name: string, instead: string | null): Resolution {
  const suggestion = instead === null ? null : `tf.${instead}`;
  const detail = `TensorFlow.js has no tf.${name}${suggestion === null ? '' : `: it is ${suggestion}`}`;
  return { kind: 'missing', code: 'unknown-name', detail, suggestion, entry: null, severity: 'error' };
}
