/** Owns the data that keras brings: keras.datasets, folders of images as data sets and generators, and scikit-learn's split. Shapes and labels are known, numbers are not. */
import { BATCH, type Dim } from '../../shape/dim';
import type { DType } from '../../shape/dtype';
import type { Shape } from '../../shape/shape';
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { list, NONE, type ObjectValue, tuple, unknown, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { CLASSES, dataTensor, feedObject, isSurvey, onlyInSurvey } from './feed';
import { type Holds, holdsOf } from './holds';
import { dataset } from './tfData';

interface Known {
  /** Samples for training and for testing. */
  readonly sizes: readonly [number, number];
  /** Null: sequences of differing lengths. */
  readonly x: readonly [Shape, DType] | null;
  readonly y: readonly [Shape, DType, Holds | undefined];
}

const PIXELS: Holds = { kind: 'uniform', low: 0, high: 255 };
const labels = (classes: number): Holds => ({ kind: 'labels', classes });
const images = (sizes: Known['sizes'], shape: Shape, y: Known['y']): Known => ({ sizes, x: [shape, 'uint8'], y });

/** As keras.datasets has them (read in its source). */
const DATA_SETS: Readonly<Record<string, Known>> = {
  mnist: images([60_000, 10_000], [28, 28], [[], 'uint8', labels(10)]),
  fashion_mnist: images([60_000, 10_000], [28, 28], [[], 'uint8', labels(10)]),
  cifar10: images([50_000, 10_000], [32, 32, 3], [[1], 'uint8', labels(10)]),
  cifar100: images([50_000, 10_000], [32, 32, 3], [[1], 'int64', labels(100)]),
  imdb: { sizes: [25_000, 25_000], x: null, y: [[], 'int64', { kind: 'binary' }] },
  reuters: { sizes: [8_982, 2_246], x: null, y: [[], 'int64', labels(46)] },
  boston_housing: { sizes: [404, 102], x: [[13], 'float64'], y: [[], 'float64', undefined] },
  california_housing: { sizes: [16_512, 4_128], x: [[8], 'float32'], y: [[], 'float32', undefined] },
};

const loaded = ({ sizes, x, y }: Known): ApiEntry =>
  entry('*args, **kwargs', (c, args) => {
    onlyInSurvey(c);
    // Another split has other sizes; what a loss sees of them is the batch.
    const own = args.keywords.label_mode?.kind === 'string' && args.keywords.label_mode.value === 'coarse' ? labels(20) : y[2];
    return tuple(
      sizes.map((size) =>
        tuple([
          x === null
            ? unknown('sequences of differing lengths')
            : dataTensor(c, [size, ...x[0]], x[1], x[1] === 'uint8' ? PIXELS : undefined, 'numpy'),
          dataTensor(c, [size, ...y[0]], y[1], own, 'numpy'),
        ]),
      ),
    );
  });

function imageShape(args: Args, name: string): Shape {
  const size = args.value(name).kind === 'none' ? [256, 256] : args.shape(name);
  const mode = args.optionalString('color_mode') ?? 'rgb';
  return [...size, mode === 'grayscale' ? 1 : mode === 'rgba' ? 4 : 3];
}

interface Labels {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly holds: Holds;
}

function classesOf(args: Args, name: string): Dim {
  const given = args.value(name);
  return given.kind === 'list' || given.kind === 'tuple' ? given.items.length : CLASSES;
}

/** `label_mode` of keras.utils.*_dataset_from_directory. */
function labelMode(args: Args, mode: string | null): Labels | null {
  const classes = classesOf(args, 'class_names');
  const count = typeof classes === 'number' ? classes : null;
  if (mode === 'int') return { shape: [], dtype: 'int32', holds: { kind: 'labels', classes: count } };
  if (mode === 'categorical') return { shape: [classes], dtype: 'float32', holds: { kind: 'onehot' } };
  return mode === 'binary' ? { shape: [1], dtype: 'float32', holds: { kind: 'binary' } } : null;
}

/** `class_mode` of the image generators: all are float32. */
function classMode(args: Args, mode: string | null): Labels | null {
  const classes = classesOf(args, 'classes');
  const count = typeof classes === 'number' ? classes : null;
  if (mode === 'categorical') return { shape: [classes], dtype: 'float32', holds: { kind: 'onehot' } };
  if (mode === 'binary') return { shape: [], dtype: 'float32', holds: { kind: 'binary' } };
  return mode === 'sparse' ? { shape: [], dtype: 'float32', holds: { kind: 'labels', classes: count } } : null;
}

const fromDirectory = (x: (c: CallContext, args: Args) => Value): ApiEntry =>
  entry(
    "directory, labels='inferred', label_mode='int', class_names=None, color_mode='rgb', batch_size=32, image_size=None, **kwargs",
    (c, args) => {
      onlyInSurvey(c);
      const mode = args.optionalString('label_mode');
      const known = labelMode(args, mode);
      if (known === null && mode !== null) return c.unknown('labels of a mode that is not known');
      const whole = args.value('batch_size').kind !== 'none';
      const lead: readonly Dim[] = whole ? [BATCH] : [];
      const inputs = x(c, args);
      const element = known === null ? inputs : tuple([inputs, dataTensor(c, [...lead, ...known.shape], known.dtype, known.holds)]);
      const subset = args.keywords.subset;
      const made = dataset(element, whole);
      return subset?.kind === 'string' && subset.value === 'both' ? tuple([made, made]) : made;
    },
  );

const imageFolder = fromDirectory((c, args) =>
  dataTensor(c, [...(args.value('batch_size').kind === 'none' ? [] : [BATCH]), ...imageShape(args, 'image_size')], 'float32', PIXELS),
);

function flowed(c: CallContext, element: Value): ObjectValue {
  const once = entry('*args', () => (isSurvey(c) ? list([element]) : c.unknown('the batches of a generator')));
  return feedObject(
    'keras.preprocessing.image.Iterator',
    { element, batched: true },
    new Map([
      ['__iter__', once],
      ['next', entry('', () => element)],
      ['__next__', entry('', () => element)],
      ['__getitem__', entry('index', () => element)],
      ['__len__', entry('', (inner) => inner.unknown('the number of batches'))],
      ['reset', entry('', () => NONE)],
    ]),
  );
}

const FLOW =
  "directory=None, x_col='filename', y_col='class', target_size=None, color_mode='rgb', classes=None, class_mode='categorical', batch_size=32, **kwargs";

function flowFrom(frame: boolean): ApiEntry {
  return entry(frame ? `dataframe, ${FLOW}` : FLOW.replace(" x_col='filename', y_col='class',", ''), (c, args) => {
    const mode = args.optionalString('class_mode');
    const x = dataTensor(c, [BATCH, ...imageShape(args, 'target_size')], 'float32');
    if (mode === null) return flowed(c, x);
    if (mode === 'input') return flowed(c, tuple([x, x]));
    const known = classMode(args, mode);
    return known === null
      ? flowed(c, tuple([x, unknown(`the labels of class_mode='${mode}'`)]))
      : flowed(c, tuple([x, dataTensor(c, [BATCH, ...known.shape], known.dtype, known.holds)]));
  });
}

const batchOfArray = (c: CallContext, value: Value, dtype?: DType): Value =>
  value.kind === 'tensor' && value.type.shape.length > 0
    ? dataTensor(c, [BATCH, ...value.type.shape.slice(1)], dtype ?? value.type.dtype, dtype === undefined ? holdsOf(c, value) : undefined)
    : unknown('data that is not known');

const imageGenerator = entry('*args, **kwargs', (c) => {
  onlyInSurvey(c);
  const methods = new Map<string, ApiEntry>([
    ['fit', entry('*args, **kwargs', () => NONE)],
    ['flow_from_directory', flowFrom(false)],
    ['flow_from_dataframe', flowFrom(true)],
    [
      'flow',
      entry('x, y=None, *args, **kwargs', (inner, args) => {
        const x = batchOfArray(inner, args.value('x'), 'float32');
        return flowed(inner, args.value('y').kind === 'none' ? x : tuple([x, batchOfArray(inner, args.value('y'))]));
      }),
    ],
  ]);
  return { kind: 'object', type: 'keras.preprocessing.image.ImageDataGenerator', attributes: new Map(), methods };
});

/** Rows are taken apart: as many as are asked for, of which a batch never sees the number. */
const split = entry('*arrays, **kwargs', (c, args) => {
  onlyInSurvey(c);
  return list(
    args.rest.flatMap((value) =>
      [0, 1].map(() =>
        value.kind === 'tensor'
          ? dataTensor(c, [c.freshDim('rows'), ...value.type.shape.slice(1)], value.type.dtype, holdsOf(c, value), value.flavor)
          : unknown('data that is not known'),
      ),
    ),
  );
});

export const DATA: ApiTable = {
  ...Object.fromEntries(Object.entries(DATA_SETS).map(([name, known]) => [`keras.datasets.${name}.load_data`, loaded(known)])),
  'keras.utils.image_dataset_from_directory keras.preprocessing.image_dataset_from_directory keras.preprocessing.image.image_dataset_from_directory':
    imageFolder,
  'keras.utils.text_dataset_from_directory keras.preprocessing.text_dataset_from_directory': fromDirectory(() => unknown('texts')),
  'keras.preprocessing.image.ImageDataGenerator': imageGenerator,
  'sklearn.model_selection.train_test_split sklearn.cross_validation.train_test_split': split,
};
