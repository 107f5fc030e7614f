/** Owns tf.data: what one element of a data set is, through from_tensor_slices, map, batch and the methods that leave elements alone. */
import type { ApiEntry, Args, CallContext } from '../../value/api';
import { list, tuple, unknown, type Value } from '../../value/value';
import { type ApiTable, entry } from '../table';
import { batched, dataTensor, feedObject, feedOf, isSurvey, onlyInSurvey, sampleOf } from './feed';

const TYPE = 'tf.data.Dataset';

export function dataset(element: Value, isBatched: boolean): Value {
  const same = entry('*args, **kwargs', () => dataset(element, isBatched));
  const element1 = entry('*args, **kwargs', (c) => (isSurvey(c) ? list([element]) : c.unknown('the elements of a data set')));
  const methods = new Map<string, ApiEntry>([
    ...'shuffle repeat prefetch cache take skip filter with_options snapshot shard concatenate ignore_errors rebatch'
      .split(' ')
      .map((name) => [name, same] as const),
    ['map', entry('map_func, *args, **kwargs', (c, args) => dataset(mapped(c, args.value('map_func'), element), isBatched))],
    ['apply', entry('transformation_func', (c, args) => c.call(args.value('transformation_func'), [dataset(element, isBatched)]))],
    ...['batch', 'padded_batch'].map(
      (name) => [name, entry('batch_size, *args, **kwargs', (c) => dataset(batched(c, element), true))] as const,
    ),
    ['unbatch', entry('**kwargs', (c) => dataset(sampleOf(c, element), false))],
    ['enumerate', entry('start=0', (c) => dataset(tuple([dataTensor(c, [], 'int64'), element]), isBatched))],
    ['__iter__', element1],
    ['as_numpy_iterator', element1],
    ['__len__', entry('', (c) => c.unknown('the length of a data set'))],
  ]);
  return feedObject(TYPE, { element, batched: isBatched }, methods);
}

/** The function is called with a tuple's items apart. What is not understood makes an unknown element. */
function mapped(c: CallContext, f: Value, element: Value): Value {
  try {
    const made = c.call(f, element.kind === 'tuple' ? element.items : [element]);
    return made.kind === 'list' ? tuple(made.items) : made;
  } catch {
    return unknown('what a map over a data set gives');
  }
}

const slices = (c: CallContext, value: Value): Value =>
  sampleOf(c, value.kind === 'list' && value.items.some((item) => item.kind !== 'tensor') ? asArray(c, value) : value);

function asArray(c: CallContext, value: Value): Value {
  try {
    return c.tensor(value);
  } catch {
    return unknown('data that is not known');
  }
}

/** Makes a data set, in a survey only: a loss that reads one itself is not followed. */
const source = (signature: string, make: (c: CallContext, args: Args) => Value): ApiEntry =>
  entry(signature, (c, args) => {
    onlyInSurvey(c);
    return make(c, args);
  });

function zipped(c: CallContext, args: Args): Value {
  const [first] = args.rest;
  const given = args.has('datasets') ? args.value('datasets') : first;
  const parts = given?.kind === 'tuple' || given?.kind === 'list' ? given.items : args.rest;
  const feeds = parts.map((part) => feedOf(part) ?? c.unknown('the data sets of a zip'));
  const element = tuple(feeds.map((feed) => feed.element));
  return dataset(
    element,
    feeds.every((feed) => feed.batched),
  );
}

export const TF_DATA: ApiTable = {
  'tf.data.Dataset.from_tensor_slices': source('tensors, name=None', (c, args) => dataset(slices(c, args.value('tensors')), false)),
  'tf.data.Dataset.from_tensors': source('tensors, name=None', (_c, args) => dataset(args.value('tensors'), false)),
  'tf.data.Dataset.range': source('*args, **kwargs', (c) => dataset(dataTensor(c, [], 'int64'), false)),
  'tf.data.Dataset.zip': source('*args, datasets=None, **kwargs', zipped),
};
