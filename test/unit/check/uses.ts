/** Owns the table of uses: a file that uses the loss f, and what f is then assumed to be given. */

export interface Use {
  readonly title: string;
  readonly source: string;
  /** y_true | y_pred, with what they hold. */
  readonly inputs: string;
  readonly because: string;
}

export const USES: readonly Use[] = [
  {
    title: 'zeros',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
y = np.zeros(12)
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'ones of two axes',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation='softmax')])
X = np.zeros((12, 8))
y = np.ones((12, 3))
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B, 3) float32 normal | (B, 3) float32 softmax',
    because: 'the model',
  },
  {
    title: 'random labels',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation='softmax')])
X = np.zeros((12, 8))
y = np.random.randint(0, 3, size=(12,))
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B,) int64 labels(3) | (B, 3) float32 softmax',
    because: 'the model',
  },
  {
    title: 'random column',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
y = np.random.rand(12, 1)
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B, 1) float32 uniform(0, 1) | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'an array written out',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((4, 8))
y = np.array([0, 1, 1, 0])
model.compile(loss=f)
model.fit(X, y)`,
    inputs: '(B,) int64 binary | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'arange and reshape',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
y = np.arange(12).reshape(-1, 1).astype('float32')
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B, 1) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'an expression',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
y = X[:, 0] * 2 + np.random.normal(size=12)
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'sum over an axis',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
y = np.sum(X, axis=1, keepdims=True)
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B, 1) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'to_categorical',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation='softmax')])
X = np.zeros((12, 8))
y = keras.utils.to_categorical(np.random.randint(3, size=12), 3)
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B, 3) float32 onehot | (B, 3) float32 softmax',
    because: 'the model',
  },
  {
    title: 'to_categorical without the number',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation='softmax')])
X = np.zeros((12, 8))
y = keras.utils.to_categorical(np.array([0, 1, 2] * 4))
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B, 3) float32 onehot | (B, 3) float32 softmax',
    because: 'the model',
  },
  {
    title: 'np.eye',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation='softmax')])
X = np.zeros((12, 8))
y = np.eye(3)[np.random.randint(3, size=12)]
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B, 3) float32 binary | (B, 3) float32 softmax',
    because: 'the model',
  },
  {
    title: 'tf.random',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = tf.random.normal((12, 8))
y = tf.random.uniform((12, 1))
model.compile(loss=f)
model.fit(X, y, batch_size=4)`,
    inputs: '(B, 1) float32 uniform(0, 1) | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'train_on_batch',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
y = np.zeros(12)
model.compile(loss=f)
model.train_on_batch(X, y)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'train_on_batch in a loop',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
y = np.zeros(12)
model.compile(loss=f)
for step in range(3):
    model.train_on_batch(X[step * 4:(step + 1) * 4], y[step * 4:(step + 1) * 4])`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'slices of arrays',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
y = np.zeros(12)
model.compile(loss=f)
model.fit(X[:8], y[:8], validation_data=(X[8:], y[8:]), batch_size=4)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'from_tensor_slices',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
ds = tf.data.Dataset.from_tensor_slices((X.astype('float32'), np.zeros((12,)))).shuffle(12).batch(4).prefetch(1)
model.compile(loss=f)
model.fit(ds)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'a data set that is mapped',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation='softmax')])
X = np.zeros((12, 8))
ds = tf.data.Dataset.from_tensor_slices((X, np.random.randint(3, size=12)))
ds = ds.map(lambda x, y: (x, tf.one_hot(y, 3))).batch(4)
model.compile(loss=f)
model.fit(ds)`,
    inputs: '(B, 3) float32 onehot | (B, 3) float32 softmax',
    because: 'the model',
  },
  {
    title: 'a data set mapped by a function',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
def prepare(x, y):
    return tf.cast(x, tf.float32) / 255.0, tf.expand_dims(y, -1)
ds = tf.data.Dataset.from_tensor_slices((X, np.zeros(12))).map(prepare).batch(4)
model.compile(loss=f)
model.fit(ds)`,
    inputs: '(B, 1) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'zipped data sets',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
a = tf.data.Dataset.from_tensor_slices(X)
b = tf.data.Dataset.from_tensor_slices(np.zeros((12, 1)))
model.compile(loss=f)
model.fit(tf.data.Dataset.zip((a, b)).batch(4))`,
    inputs: '(B, 1) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'a Sequence',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation='softmax')])
class Batches(keras.utils.Sequence):
    def __init__(self, n):
        super().__init__()
        self.n = n
    def __len__(self):
        return self.n
    def __getitem__(self, index):
        x = np.zeros((4, 8))
        y = np.zeros((4, 3))
        return x, y
model.compile(loss=f)
model.fit(Batches(3))`,
    inputs: '(B, 3) float32 normal | (B, 3) float32 softmax',
    because: 'the model',
  },
  {
    title: 'a generator',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
def batches():
    while True:
        x = np.zeros((4, 8))
        yield x, np.zeros((4, 1))
model.compile(loss=f)
model.fit(batches(), steps_per_epoch=2)`,
    inputs: '(B, 1) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'a builder function',
    source: `def build():
    x = keras.Input((8,))
    h = layers.Dense(4)(x)
    return keras.Model(x, layers.Dense(3, activation='softmax')(h))
model = build()
X = np.zeros((12, 8))
model.compile(loss=f)
model.fit(X, np.zeros((12, 3)), batch_size=4)`,
    inputs: '(B, 3) float32 normal | (B, 3) float32 softmax',
    because: 'the model',
  },
  {
    title: 'a builder that compiles',
    source: `def build(units):
    model = keras.Sequential()
    model.add(keras.Input((8,)))
    model.add(layers.Dense(units))
    model.add(layers.Activation('sigmoid'))
    model.compile(optimizer='adam', loss=f)
    return model
model = build(1)
X = np.zeros((12, 8))
model.fit(X, np.zeros(12), batch_size=4)`,
    inputs: '(B,) float32 normal | (B, 1) float32 unit',
    because: 'the model',
  },
  {
    title: 'in main()',
    source: `def main():
    model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
    model.compile(loss=f)
    X = np.zeros((12, 8))
    model.fit(X, np.zeros(12), batch_size=4)
if __name__ == '__main__':
    main()`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'a subclass',
    source: `class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(4)
        self.out = layers.Dense(3, activation='softmax')
    def call(self, x):
        return self.out(self.hidden(x))
model = Net()
X = np.zeros((12, 8))
model.compile(loss=f)
model.fit(X, np.zeros((12, 3)), batch_size=4)`,
    inputs: '(B, 3) float32 normal | (B, 3) float32 softmax',
    because: 'the model',
  },
  {
    title: 'a subclass on images',
    source: `class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(2, 3)
        self.flat = layers.Flatten()
        self.out = layers.Dense(3)
    def call(self, x):
        return self.out(self.flat(self.conv(x)))
model = Net()
model.compile(loss=f)
model.fit(np.zeros((12, 8, 8, 1)), np.zeros((12, 3)), batch_size=4)`,
    inputs: '(B, 3) float32 normal | (B, 3) float32 logits',
    because: 'the model',
  },
  {
    title: 'no input shape',
    source: `model = keras.Sequential([layers.Dense(4), layers.Dense(1)])
X = np.zeros((12, 8))
model.compile(loss=f)
model.fit(X, np.zeros(12), batch_size=4)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'two outputs in a dict',
    source: `x = keras.Input((8,))
model = keras.Model(x, [layers.Dense(1, name='a')(x), layers.Dense(3, name='b')(x)])
X = np.zeros((12, 8))
model.compile(loss={'a': 'mse', 'b': f})
model.fit(X, {'a': np.zeros((12, 1)), 'b': np.zeros((12, 3))}, batch_size=4)`,
    inputs: '(B, 3) float32 normal | (B, 3) float32 logits',
    because: "output 'b' of the model",
  },
  {
    title: 'two outputs in a list',
    source: `x = keras.Input((8,))
model = keras.Model(x, [layers.Dense(1, name='a')(x), layers.Dense(3, name='b')(x)])
X = np.zeros((12, 8))
model.compile(loss=['mse', f])
model.fit(X, [np.zeros((12, 1)), np.zeros((12, 3))], batch_size=4)`,
    inputs: '(B, 3) float32 normal | (B, 3) float32 logits',
    because: "output 'b' of the model",
  },
  {
    title: 'a training loop',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
ds = tf.data.Dataset.from_tensor_slices((X.astype('float32'), np.zeros(12, 'float32'))).batch(4)
for epoch in range(20):
    for x, y in ds:
        with tf.GradientTape() as tape:
            loss = f(y, model(x, training=True))
        tape.gradient(loss, model.trainable_variables)
    break`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the call',
  },
  {
    title: 'a training step',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation='softmax')])
X = np.zeros((12, 8))
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        p = model(x)
        loss = f(y, p)
    return loss
ds = tf.data.Dataset.from_tensor_slices((X.astype('float32'), np.zeros(12, 'int32'))).batch(4)
for i, (x, y) in enumerate(ds):
    step(x, y)`,
    inputs: '(B,) int32 normal | (B, 3) float32 softmax',
    because: 'the call',
  },
  {
    title: 'a call',
    source: `y = tf.constant([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
p = tf.constant([[0.1, 0.9], [0.8, 0.2], [0.5, 0.5]])
print(f(y, p))`,
    inputs: '(B, 2) float32 binary | (B, 2) float32 normal',
    because: 'the call',
  },
  {
    title: 'a call on predictions',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
y = np.zeros(12)
print(f(y, model.predict(X)))`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the call',
  },
  {
    title: 'train_step',
    source: `class Net(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            p = self(x, training=True)
            loss = f(y, p)
        self.optimizer.apply_gradients(zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables))
        return {'loss': loss}
x = keras.Input((8,))
model = Net(x, layers.Dense(1)(x))
model.compile('adam')
X = np.zeros((12, 8))
model.fit(X, np.zeros(12), batch_size=4)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the call',
  },
  {
    title: 'train_step with compute_loss',
    source: `class Net(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            p = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=p)
        self.optimizer.apply_gradients(zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables))
        return {'loss': loss}
x = keras.Input((8,))
model = Net(x, layers.Dense(1)(x))
model.compile('adam', loss=f)
X = np.zeros((12, 8))
model.fit(X, np.zeros(12), batch_size=4)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the training step of the model',
  },
  {
    title: 'compute_loss',
    source: `class Net(keras.Model):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return tf.reduce_mean(f(y, y_pred))
x = keras.Input((8,))
model = Net(x, layers.Dense(3)(x))
model.compile('adam')
X = np.zeros((12, 8))
model.fit(X, np.zeros((12, 3)), batch_size=4)`,
    inputs: '(B, 3) float32 normal | (B, 3) float32 logits',
    because: 'the call',
  },
  {
    title: 'a metric',
    source: `model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
X = np.zeros((12, 8))
model.compile(loss='mse', metrics=[f])
model.fit(X, np.zeros(12, 'int64'), batch_size=4)`,
    inputs: '(B,) int64 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'keras.datasets.mnist',
    source: `(X, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
model.compile(loss=f)
model.fit(X / 255.0, y)`,
    inputs: '(B,) uint8 labels(10) | (B, 10) float32 logits',
    because: 'the model',
  },
  {
    title: 'mnist in one-hot rows',
    source: `(X, y), _ = keras.datasets.mnist.load_data()
y = keras.utils.to_categorical(y)
model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10), layers.Softmax()])
model.compile(loss=f)
model.fit(X, y)`,
    inputs: '(B, 10) float32 onehot | (B, 10) float32 softmax',
    because: 'the model',
  },
  {
    title: 'cifar10',
    source: `(X, y), (X_test, y_test) = keras.datasets.cifar10.load_data()
model = keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(10)])
model.compile(loss=f)
model.fit(X, y, validation_data=(X_test, y_test))`,
    inputs: '(B, 1) uint8 labels(10) | (B, 10) float32 logits',
    because: 'the model',
  },
  {
    title: 'an autoencoder',
    source: `(X, _), _ = keras.datasets.mnist.load_data()
X = X.reshape(len(X), 784).astype('float32') / 255
model = keras.Sequential([keras.Input((784,)), layers.Dense(784, activation='sigmoid')])
model.compile(loss=f)
model.fit(X, X)`,
    inputs: '(B, 784) float32 uniform(0, 1) | (B, 784) float32 unit',
    because: 'the model',
  },
  {
    title: 'boston_housing',
    source: `(X, y), _ = keras.datasets.boston_housing.load_data()
model = keras.Sequential([keras.Input((13,)), layers.Dense(1)])
model.compile(loss=f)
model.fit(X, y)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'label_mode of a folder',
    source: `ds = keras.utils.image_dataset_from_directory('images', label_mode='categorical', image_size=(64, 64))
model = keras.Sequential([keras.Input((64, 64, 3)), layers.Flatten(), layers.Dense(5, activation='softmax')])
model.compile(loss=f)
model.fit(ds)`,
    inputs: '(B, 5) float32 onehot | (B, 5) float32 softmax',
    because: 'the model',
  },
  {
    title: 'binary labels of a folder',
    source: `ds = keras.utils.image_dataset_from_directory('images', label_mode='binary').map(lambda x, y: (x / 255.0, y))
model = keras.Sequential([keras.Input((256, 256, 3)), layers.Flatten(), layers.Dense(1, activation='sigmoid')])
model.compile(loss=f)
model.fit(ds)`,
    inputs: '(B, 1) float32 binary | (B, 1) float32 unit',
    because: 'the model',
  },
  {
    title: 'class_mode of a generator',
    source: `from tensorflow.keras.preprocessing.image import ImageDataGenerator
train = ImageDataGenerator(rescale=1 / 255).flow_from_directory('images', target_size=(32, 32), class_mode='binary')
model = keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(1, activation='sigmoid')])
model.compile(loss=f)
model.fit(train)`,
    inputs: '(B,) float32 binary | (B, 1) float32 unit',
    because: 'the model',
  },
  {
    title: 'flow_from_dataframe',
    source: `from tensorflow.keras.preprocessing.image import ImageDataGenerator
train = ImageDataGenerator().flow_from_dataframe(frame, x_col='a', y_col='b', target_size=(32, 32), class_mode='categorical')
model = keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(4)])
model.compile(loss=f)
model.fit(train)`,
    inputs: '(B, 4) float32 onehot | (B, 4) float32 logits',
    because: 'the model',
  },
  {
    title: 'train_test_split',
    source: `from sklearn.model_selection import train_test_split
X_train, X_test, y_train, y_test = train_test_split(np.zeros((12, 8)), np.zeros(12), test_size=0.25)
model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
model.compile(loss=f)
model.fit(X_train, y_train)`,
    inputs: '(B,) float32 normal | (B, 1) float32 logits',
    because: 'the model',
  },
  {
    title: 'add_loss',
    source: `x = keras.Input((8,))
o = layers.Dense(8)(x)
model = keras.Model(x, o)
model.add_loss(f(x, o))`,
    inputs: '(B, 8) float32 normal | (B, 8) float32 logits',
    because: 'the call',
  },
  {
    title: 'y that is read from a file',
    source: `import pandas as pd
frame = pd.read_csv('data.csv')
model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
model.compile(loss=f)
model.fit(frame[['a']], frame['b'])`,
    inputs: '(B, 3) float32 normal | (B, 3) float32 logits',
    because: 'the model',
  },
];
