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

/** Undefined for names that exist, and where that is not sure (older versions had more). */
export function missingTfjsName(path: string): Resolution | undefined {
  const name = /^tfjs\.([a-z]\w*)$/.exec(path)?.[1];
  if (name === undefined || NAMES.has(name) || /Strict$|^version/.test(name)) return undefined;
  const instead = Object.hasOwn(INSTEAD, name) ? (INSTEAD[name] ?? null) : null;
  const suggestion = instead === null ? null : `tf.${instead}`;
  return { kind: 'missing', code: 'unknown-name', detail: `TensorFlow.js has no tf.${name}`, suggestion, entry: null, severity: 'error' };
}
