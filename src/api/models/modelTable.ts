/** Owns the table of keras.layers, keras.models, keras.Model and keras.applications. */
import type { ApiEntry } from '../../value/api';
import { boolean, string, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { CORE_LAYERS, MERGE_FUNCTIONS } from './coreLayers';
import { functional } from './functional';
import { layerBase } from './layer';
import { application, inputFunction, inputLayer } from './model';
import { sequential } from './sequential';
import { WINDOW_LAYERS } from './windowLayers';

/** Layers that only stand there: calling one is a gap. */
const OTHERS =
  'AdditiveAttention CategoryEncoding CenterCrop Conv1DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D DepthwiseConv1D Discretization EinsumDense GroupNormalization ' +
  'GroupQueryAttention HashedCrossing Hashing IntegerLookup LocallyConnected1D LocallyConnected2D Normalization RNN LSTMCell GRUCell SimpleRNNCell StackedRNNCells ' +
  'RandomBrightness RandomContrast RandomCrop RandomFlip RandomRotation RandomTranslation RandomZoom SeparableConv1D SpectralNormalization StringLookup TextVectorization ' +
  'ThresholdedReLU TorchModuleWrapper UpSampling3D TFSMLayer MelSpectrogram';

const APPLICATIONS: Readonly<Record<string, string>> = {
  vgg16: 'VGG16',
  vgg19: 'VGG19',
  resnet: 'ResNet50 ResNet101 ResNet152',
  resnet50: 'ResNet50',
  resnet_v2: 'ResNet50V2 ResNet101V2 ResNet152V2',
  inception_v3: 'InceptionV3',
  inception_resnet_v2: 'InceptionResNetV2',
  xception: 'Xception',
  mobilenet: 'MobileNet',
  mobilenet_v2: 'MobileNetV2',
  mobilenet_v3: 'MobileNetV3Large MobileNetV3Small',
  densenet: 'DenseNet121 DenseNet169 DenseNet201',
  nasnet: 'NASNetLarge NASNetMobile',
  efficientnet: 'EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7',
  efficientnet_v2: 'EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2S EfficientNetV2M EfficientNetV2L',
  convnext: 'ConvNeXtTiny ConvNeXtSmall ConvNeXtBase ConvNeXtLarge ConvNeXtXLarge',
};

function layerTable(): ApiTable {
  const table: Record<string, ApiEntry> = {};
  const layers = { ...CORE_LAYERS, ...WINDOW_LAYERS };
  for (const [name, made] of Object.entries(layers)) table[`keras.layers.${name}`] = made;
  for (const name of OTHERS.split(' ')) if (!(name in layers)) table[`keras.layers.${name}`] = opaqueLayer(name);
  for (const [name, layer] of Object.entries(MERGE_FUNCTIONS)) {
    const made = CORE_LAYERS[layer];
    if (made) table[`keras.layers.${name}`] = atOnce(made);
  }
  return table;
}

function opaqueLayer(name: string): ApiEntry {
  return entry('*args, **kwargs', (_c, args) => ({
    kind: 'object',
    type: `keras.layers.${name}`,
    attributes: new Map<string, Value>([...Object.entries(args.keywords), ['trainable', boolean(true)], ['name', string(undefined)]]),
    methods: new Map(),
    call: entry('*args, **kwargs', (c) => c.unknown(`the output of a ${name} layer`)),
  }));
}

/** The function form of a merge layer: made with its settings and called on the inputs. */
function atOnce(made: ApiEntry): ApiEntry {
  return entry('inputs, *args, **kwargs', (c, args) => {
    const layer = c.call({ kind: 'native', name: 'layer', entry: made }, args.rest, args.keywords);
    return c.call(layer, [args.value('inputs')]);
  });
}

function applicationTable(): ApiTable {
  const table: Record<string, ApiEntry> = {};
  const seen = new Set<string>();
  for (const [module, names] of Object.entries(APPLICATIONS)) {
    for (const name of names.split(' ')) {
      table[`keras.applications.${module}.${name}`] = application(name);
      if (!seen.has(name)) table[`keras.applications.${name}`] = application(name);
      seen.add(name);
    }
    table[`keras.applications.${module}.preprocess_input`] = entry('x, data_format=None, **kwargs', (c) =>
      c.unknown(`what preprocess_input of ${module} does`),
    );
  }
  return table;
}

export const MODELS: ApiTable = {
  ...layerTable(),
  ...applicationTable(),
  'keras.layers.Layer keras.Layer': layerBase,
  'keras.layers.Input keras.Input': inputFunction,
  'keras.layers.InputLayer': inputLayer,
  'keras.layers.InputSpec keras.InputSpec': opaqueLayer('InputSpec'),
  'keras.Sequential keras.models.Sequential': sequential,
  'keras.Model keras.models.Model': functional,
  'keras.models.load_model keras.saving.load_model': entry('filepath, *args, **kwargs', (c) => c.unknown('a model loaded from a file')),
  'keras.models.clone_model': entry('model, **kwargs', (_c, args) => args.value('model')),
};
