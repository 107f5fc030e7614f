/** Owns what only TensorFlow 1 had, or had in another form. Plain renames stand in tf1Names. */
import type { DType } from '../../shape/dtype';
import type { ApiEntry } from '../../value/api';
import { api, list, type Value } from '../../value/value';
import { knownValue } from '../args';
import { booleanMask, nonzero } from '../masks';
import { type ApiTable, entry } from '../table';
import { axisOf, cast, dimAt, like, pair, rankOf, reshape, sum } from '../tensors';
import { diag, diagPart } from './linalg';
import { binaryEntry } from './math';
import { dropout } from './nn';
import { extremeIndex } from './reductions';
import { resize } from './resize';
import { gather, legacyWhere } from './selection';

const casting = (dtype: DType, name = "'ToFloat'"): ApiEntry => entry(`x, name=${name}`, (c, a) => cast(c, a.tensor('x'), dtype));

/** Another name's call with its arguments as they are. */
const renamed = (path: string): ApiEntry => entry('*args, **kwargs', (c, a) => c.call(api(path), a.rest, a.keywords));

export const TENSORFLOW1: ApiTable = {
  'tf1.to_float': casting('float32'),
  'tf1.to_double': casting('float64'),
  'tf1.to_int32': casting('int32'),
  'tf1.to_int64': casting('int64'),
  'tf1.to_bfloat16': casting('bfloat16'),
  'tf1.mul': binaryEntry('multiply'),
  'tf1.sub': binaryEntry('subtract'),
  'tf1.neg': entry('x, name=None', (c, a) => c.emit('negate', [a.tensor('x')])),
  'tf1.div': entry('x, y, name=None', (c, a) => {
    const [x, y] = pair(c, knownValue(c, a.value('x')), knownValue(c, a.value('y')));
    return c.emit(x.type.dtype.includes('int') ? 'floorDivide' : 'divide', [x, y]);
  }),
  'tf1.mod tf1.floormod': binaryEntry('mod'),
  'tf1.select': entry('condition, x, y, name=None', (c, a) =>
    legacyWhere(c, a.tensor('condition'), knownValue(c, a.value('x')), knownValue(c, a.value('y'))),
  ),
  'tf1.where': entry('condition, x=None, y=None, name=None', (c, a) => {
    const condition = a.tensor('condition');
    if (!a.has('x') && !a.has('y')) return nonzero(c, condition);
    return legacyWhere(c, condition, knownValue(c, a.value('x')), knownValue(c, a.value('y')));
  }),
  'tf1.zeros_like': likeEntry(0),
  'tf1.ones_like': likeEntry(1),
  'tf1.pack': renamed('tf.stack'),
  'tf1.unpack': renamed('tf.unstack'),
  'tf1.concat_v2': entry('values, axis, name=None', (c, a) => c.call(api('tf.concat'), [a.value('values'), a.value('axis')])),
  'tf1.batch_matmul': entry('x, y, adj_x=False, adj_y=False, name=None', (c, a) =>
    c.emit('matmul', pair(c, knownValue(c, a.value('x')), knownValue(c, a.value('y'))), {
      transposeA: a.bool('adj_x'),
      transposeB: a.bool('adj_y'),
    }),
  ),
  'tf1.batch_gather': entry('params, indices, name=None', (c, a) => {
    const indices = a.tensor('indices');
    return gather(c, a.tensor('params'), indices, rankOf(indices) - 1, rankOf(indices) - 1);
  }),
  'tf1.split_v': entry('value, size_splits, axis=0, num=None, name=None', (c, a) =>
    c.call(api('tf.split'), [a.value('value'), a.value('size_splits'), a.value('axis')]),
  ),
  'tf1.diag': entry('diagonal, name=None', (c, a) => diag(c, a.tensor('diagonal'), 0)),
  'tf1.diag_part': entry('input, name=None', (c, a) => diagPart(c, a.tensor('input'), 0)),
  'tf1.arg_max': entry('input, dimension, output_type=tf.int64, name=None', (c, a) =>
    extremeIndex(c, 'argmax', a.tensor('input'), a.int('dimension'), a.dtype('output_type')),
  ),
  'tf1.arg_min': entry('input, dimension, output_type=tf.int64, name=None', (c, a) =>
    extremeIndex(c, 'argmin', a.tensor('input'), a.int('dimension'), a.dtype('output_type')),
  ),
  'tf1.argmax tf1.math.argmax': entry('input, axis=None, name=None, dimension=None, output_type=tf.int64', (c, a) =>
    extremeIndex(c, 'argmax', a.tensor('input'), a.optionalInt('axis') ?? a.optionalInt('dimension') ?? 0, a.dtype('output_type')),
  ),
  'tf1.argmin tf1.math.argmin': entry('input, axis=None, name=None, dimension=None, output_type=tf.int64', (c, a) =>
    extremeIndex(c, 'argmin', a.tensor('input'), a.optionalInt('axis') ?? a.optionalInt('dimension') ?? 0, a.dtype('output_type')),
  ),
  'tf1.count_nonzero tf1.math.count_nonzero': entry(
    'input_tensor=None, axis=None, keepdims=None, dtype=tf.int64, name=None, reduction_indices=None, keep_dims=None, input=None',
    (c, a) => {
      const x = a.has('input_tensor') ? a.tensor('input_tensor') : a.tensor('input');
      const axes = a.has('reduction_indices') ? a.axes('reduction_indices') : a.axes('axis');
      return sum(c, cast(c, c.emit('notEqual', [x, like(c, 0, x)]), a.dtype('dtype')), axes, a.bool('keepdims') || a.bool('keep_dims'));
    },
  ),
  'tf1.size': entry('input, name=None, out_type=tf.int32', (c, a) => c.call(api('tf.size'), [a.value('input'), a.value('out_type')])),
  'tf1.shape': entry('input, name=None, out_type=tf.int32', (c, a) => cast(c, c.emit('shapeOf', [a.tensor('input')]), a.dtype('out_type'))),
  'tf1.gather': entry('params, indices, validate_indices=None, name=None, axis=None, batch_dims=0', (c, a) =>
    gather(c, a.tensor('params'), a.tensor('indices'), a.optionalInt('axis') ?? a.int('batch_dims'), a.int('batch_dims')),
  ),
  'tf1.boolean_mask': entry("tensor, mask, name='boolean_mask', axis=None", (c, a) => {
    const tensor = a.tensor('tensor');
    return booleanMask(c, tensor, a.tensor('mask'), axisOf(c, tensor, a.optionalInt('axis') ?? 0));
  }),
  'tf1.transpose': entry("a, perm=None, name='transpose', conjugate=False", (c, a) =>
    c.call(api('tf.transpose'), [a.value('a'), a.value('perm')]),
  ),
  'tf1.expand_dims': entry('input, axis=None, name=None', (c, a) => c.call(api('tf.expand_dims'), [a.value('input'), a.value('axis')])),
  'tf1.nn.softmax': entry('logits, axis=None, name=None', (c, a) => c.call(api('tf.nn.softmax'), [a.value('logits'), a.value('axis')])),
  'tf1.nn.softmax_cross_entropy_with_logits': entry('_sentinel=None, labels=None, logits=None, axis=-1, name=None', (c, a) => {
    const labels = c.emit('stopGradient', [a.tensor('labels')]);
    return c.call(api('tf.nn.softmax_cross_entropy_with_logits'), [labels, a.value('logits'), a.value('axis')]);
  }),
  'tf1.nn.sigmoid_cross_entropy_with_logits': entry('_sentinel=None, labels=None, logits=None, name=None', (c, a) =>
    c.call(api('tf.nn.sigmoid_cross_entropy_with_logits'), [a.value('labels'), a.value('logits')]),
  ),
  'tf1.nn.sparse_softmax_cross_entropy_with_logits': entry('_sentinel=None, labels=None, logits=None, name=None', (c, a) =>
    c.call(api('tf.nn.sparse_softmax_cross_entropy_with_logits'), [a.value('labels'), a.value('logits')]),
  ),
  'tf1.nn.weighted_cross_entropy_with_logits': entry('labels=None, logits=None, pos_weight=None, name=None, targets=None', (c, a) =>
    c.call(api('tf.nn.weighted_cross_entropy_with_logits'), [
      a.has('labels') ? a.value('labels') : a.value('targets'),
      a.value('logits'),
      a.value('pos_weight'),
    ]),
  ),
  'tf1.nn.dropout': entry('x, keep_prob=None, noise_shape=None, seed=None, name=None, rate=None', (c, a) =>
    dropout(c, a.tensor('x'), a.has('rate') ? a.number('rate') : 1 - a.number('keep_prob')),
  ),
  'tf1.nn.conv2d': entry(
    "input, filter=None, strides=None, padding=None, use_cudnn_on_gpu=True, data_format='NHWC', dilations=[1, 1, 1, 1], name=None, filters=None",
    (c, a) =>
      c.call(api('tf.nn.conv2d'), [
        a.value('input'),
        a.has('filter') ? a.value('filter') : a.value('filters'),
        a.value('strides'),
        a.value('padding'),
        a.value('data_format'),
        a.value('dilations'),
      ]),
  ),
  'tf1.nn.depthwise_conv2d': entry('input, filter, strides, padding, rate=None, name=None, data_format=None, dilations=None', (c, a) =>
    c.call(api('tf.nn.depthwise_conv2d'), [
      a.value('input'),
      a.value('filter'),
      a.value('strides'),
      a.value('padding'),
      a.value('data_format'),
      a.value('dilations'),
    ]),
  ),
  'tf1.nn.avg_pool': poolEntry('tf.nn.avg_pool'),
  'tf1.nn.max_pool': poolEntry('tf.nn.max_pool'),
  'tf1.nn.xw_plus_b': entry('x, weights, biases, name=None', (c, a) =>
    c.emit('add', [c.emit('matmul', [a.tensor('x'), a.tensor('weights')], { transposeA: false, transposeB: false }), a.tensor('biases')]),
  ),
  'tf1.image.resize_images': entry('images, size, method=0, align_corners=False, preserve_aspect_ratio=False, name=None', (c, a) => {
    const method = knownValue(c, a.value('method'));
    const name =
      method.kind === 'string' ? (method.value ?? 'bilinear') : (['bilinear', 'nearest', 'bicubic', 'area'][a.int('method')] ?? 'bilinear');
    return resize(c, a.tensor('images'), a.shape('size'), {
      method: name,
      antialias: false,
      alignCorners: a.bool('align_corners'),
      halfPixelCenters: false,
    });
  }),
  'tf1.image.resize_bilinear': resizeEntry('bilinear'),
  'tf1.image.resize_nearest_neighbor': resizeEntry('nearest'),
  'tf1.image.resize_bicubic': resizeEntry('bicubic'),
  'tf1.image.resize_area': resizeEntry('area'),
  'tf1.extract_image_patches tf1.image.extract_image_patches': entry(
    'images, ksizes=None, strides=None, rates=None, padding=None, name=None, sizes=None',
    (c, a) =>
      c.call(api('tf.image.extract_patches'), [
        a.value('images'),
        a.has('ksizes') ? a.value('ksizes') : a.value('sizes'),
        a.value('strides'),
        a.value('rates'),
        a.value('padding'),
      ]),
  ),
  'tf1.get_collection tf1.losses.get_losses tf1.losses.get_regularization_losses': entry('*args, **kwargs', (c) =>
    c.unknown('what the program has put into the collection'),
  ),
  'tf1.losses.get_regularization_loss': entry('*args, **kwargs', (c) => c.wrap(c.build.scalar(0, 'float32'))),
  'tf1.trainable_variables tf1.global_variables': entry('*args, **kwargs', () => list([])),
  'tf1.get_variable': entry('name, shape=None, dtype=None, initializer=None, *args, **kwargs', (c, a) => {
    const start = a.value('initializer');
    if (start.kind === 'none') return c.unknown('a variable with a random start value');
    const shape: Value = a.value('shape');
    const value = start.kind === 'tensor' || start.kind === 'number' ? start : c.call(start, [shape]);
    return c.call(api('tf.Variable'), [value]);
  }),
  'tf1.assign': assignment('assign'),
  'tf1.assign_add': assignment('assign_add'),
  'tf1.assign_sub': assignment('assign_sub'),
  'tf1.scatter_sub': scatterAssignment('sub'),
  'tf1.scatter_add': scatterAssignment('add'),
  'tf1.scatter_update': scatterAssignment('update'),
  'tf1.constant_initializer': initializer('value=0', (a) => a.number('value')),
  'tf1.zeros_initializer': initializer('', () => 0),
  'tf1.ones_initializer': initializer('', () => 1),
  'tf1.placeholder tf1.Session tf1.InteractiveSession tf1.global_variables_initializer': entry('*args, **kwargs', (c) =>
    c.unknown('sessions of TensorFlow 1 are not followed'),
  ),
  'tf1.contrib.layers.flatten tf1.layers.flatten': entry('inputs, *args, **kwargs', (c, a) => {
    const x = a.tensor('inputs');
    return reshape(c, x, [dimAt(x, 0), -1]);
  }),
  'tf1.tensor_scatter_update tf1.tensor_scatter_nd_update': renamed('tf.tensor_scatter_nd_update'),
  'tf1.setdiff1d': entry('x, y, index_dtype=tf.int32, name=None', (c) => c.unknown('set differences are not followed yet')),
  'tf1.self_adjoint_eigvals': entry('tensor, name=None', (c, a) => c.emit('eighValues', [a.tensor('tensor')])),
  'tf1.nn.l2_normalize tf1.math.l2_normalize': entry('x, axis=None, epsilon=1e-12, name=None', (c, a) =>
    c.call(api('tf.nn.l2_normalize'), [a.value('x'), a.value('axis'), a.value('epsilon')]),
  ),
};

/** Changes rows of a variable. */
function scatterAssignment(kind: string): ApiEntry {
  return entry('ref, indices, updates, use_locking=True, name=None', (c, a) => {
    const indices = a.tensor('indices');
    const updates = a.tensor('updates', a.tensor('ref').type.dtype);
    const places = c.emit('expandDims', [indices], { axis: rankOf(indices) });
    const value = c.emit('tensorScatter', [a.tensor('ref'), places, updates], { kind });
    return c.call(c.getAttribute(a.value('ref'), 'assign'), [value]);
  });
}

function likeEntry(value: number): ApiEntry {
  return entry('tensor, dtype=None, name=None, optimize=True', (c, a) => {
    const x = a.tensor('tensor');
    return c.wrap(c.build.fill(value, x.type.shape, a.optionalDtype('dtype') ?? x.type.dtype));
  });
}

function assignment(method: string): ApiEntry {
  return entry('ref, value, **kwargs', (c, a) => c.call(c.getAttribute(a.value('ref'), method), [a.value('value')]));
}

function poolEntry(path: string): ApiEntry {
  return entry("value=None, ksize=None, strides=None, padding=None, data_format='NHWC', name=None, input=None", (c, a) =>
    c.call(api(path), [
      a.has('value') ? a.value('value') : a.value('input'),
      a.value('ksize'),
      a.value('strides'),
      a.value('padding'),
      a.value('data_format'),
    ]),
  );
}

function resizeEntry(method: string): ApiEntry {
  return entry('images, size, align_corners=False, name=None, half_pixel_centers=False', (c, a) =>
    resize(c, a.tensor('images'), a.shape('size'), {
      method,
      antialias: false,
      alignCorners: a.bool('align_corners'),
      halfPixelCenters: a.bool('half_pixel_centers'),
    }),
  );
}

function initializer(signature: string, value: (a: Parameters<ApiEntry['call']>[1]) => number): ApiEntry {
  return entry(signature === '' ? 'dtype=None' : `${signature}, dtype=None`, (_c, outer) => ({
    kind: 'native',
    name: 'initializer',
    entry: entry('shape, dtype=None, partition_info=None', (c, a) =>
      c.wrap(c.build.fill(value(outer), a.shape('shape'), a.optionalDtype('dtype') ?? 'float32')),
    ),
  }));
}
