"""Images, convolutions and pooling, and signal processing."""
from samples import B, Family, H, I, N, R, U, V

FAMILIES = [p := Family("image"), n := Family("conv"), s := Family("signal")]
A = dict(a=U(2, 12, 12, 1), b=U(2, 12, 12, 1), x=U(1, 3, 4, 1), y=U(1, 3, 4, 1), r=U(1, 2, 2, 3), i=I(256, 1, 2, 2, 3, dtype="uint8"), h=U(3, 4, 1), c=U(2, 2, 3, 2))

p.add("tf.image.ssim", "$(a, b, 1.0)", "$(a, b, max_val=1.0)", "1.0 - tf.reduce_mean($(a, b, 1.0))", "$(a, b, 255.0)", "$(x, y, max_val=1.0, filter_size=3)", "$(a, a, 1.0)", "$(a, b, max_val=1.0, filter_size=5, filter_sigma=1.0, k1=0.02, k2=0.05)", "$(x, y, 1.0, 3, 1.5)", "$(h, h * 0.5, 1.0, filter_size=3)", "$(a, b, 1.0, return_index_map=True, filter_size=11)", **A)
p.fails("tf.image.ssim", "$(x, y, 1.0)", "$(a, b[:, :11], 1.0)", "$(a, b)", "$(a[0, :, :, 0], b[0, :, :, 0], 1.0)", **A)
p.add("tf.image.ssim_multiscale", "$(a, b, 1.0, filter_size=1)", "$(a, b, 1.0, power_factors=(0.3, 0.7), filter_size=3)", "$(a, b, max_val=1.0, power_factors=[0.5, 0.5], filter_size=5, filter_sigma=1.5)", "1.0 - tf.reduce_mean($(a, b, 1.0, power_factors=(0.4, 0.6), filter_size=4))", **A)
p.fails("tf.image.ssim_multiscale", "$(a, b, 1.0)", "$(x, y, 1.0, filter_size=3)", "$(a, b)", **A)
p.add("tf.image.psnr", "$(a, b, 1.0)", "$(a, b, max_val=255.0)", "$(x, y, 1.0)", "$(x, x, 1.0)", "$(a=a, b=b, max_val=1.0)", **A)
p.fails("tf.image.psnr", "$(a, x, 1.0)", "$(a, b)", **A)
p.add("tf.image.total_variation", "$(c)", "$(c[0])", "tf.reduce_sum($(x))", "$(images=a)", **A)
p.fails("tf.image.total_variation", "$(c[0, 0])", **A)
p.add("tf.image.sobel_edges", "$(x)", "$(c)[..., 0]", "tf.reduce_mean(tf.abs($(c)))", **A)
p.add("tf.image.image_gradients", "$(x)", "$(c)[0]", **A)
p.fails("tf.image.image_gradients", "$(h)", **A)
p.add("tf.image.resize", "$(x, [2, 2])", "$(x, [6, 8])", "$(x, (4, 3), method='nearest')", "$(x, [6, 4], 'bilinear')", "$(x, size=[5, 5], method=tf.image.ResizeMethod.NEAREST_NEIGHBOR)", "$(h, [2, 2])", "$(x, [2, 3], antialias=True)", "$(x, [5, 6], method='bicubic')", "$(i, [3, 3])", "$(i, [3, 3], 'nearest')", "$(x, tf.shape(r)[1:3])", "$(x, [4, 4], preserve_aspect_ratio=True)", **A)
p.add("tf.image.resize", "$(x, [2, 2], method='area')", gradient_fails=True, **A)
p.fails("tf.image.resize", "$(x, 2)", "$(x, [2])", "$(x[0, 0], [2, 2])", "$(x, [2, 2], method='cubic')", "$(x, [2.0, 2.0])", **A)
p.add("tf.image.rgb_to_grayscale", "$(r)", "$(r[0])", **A)
p.add("tf.image.rgb_to_yuv", "$(r)", **A)
p.add("tf.image.yuv_to_rgb", "$(r)", **A)
p.add("tf.image.rgb_to_yiq", "$(r)", **A)
p.add("tf.image.rgb_to_hsv", "$(r)", **A)
p.add("tf.image.hsv_to_rgb", "$(r)", **A)
p.add("tf.image.grayscale_to_rgb", "$(x)", **A)
p.fails("tf.image.rgb_to_grayscale", "$(x)", **A)
p.add("tf.image.extract_patches", "$(x, sizes=[1, 2, 2, 1], strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], padding='VALID')", "$(c, [1, 2, 2, 1], [1, 1, 2, 1], [1, 1, 1, 1], 'SAME')", **A)
p.add("tf.image.convert_image_dtype", "$(i, tf.float32)", "$(r, tf.uint8)", "$(r, tf.float32)", **A)
p.add("tf.image.flip_left_right", "$(x)", **A)
p.add("tf.image.flip_up_down", "$(x)", **A)
p.add("tf.image.adjust_contrast", "$(r, 2.0)", gradient_fails=True, **A)
p.add("tf.image.adjust_brightness", "$(r, 0.1)", **A)
p.add("tf.image.per_image_standardization", "$(c)", **A)
p.add("tf.image.central_crop", "$(x, 0.5)", **A)
p.add("tf.image.pad_to_bounding_box", "$(x, 1, 0, 5, 4)", **A)
p.add("tf.image.crop_to_bounding_box", "$(x, 1, 0, 2, 2)", **A)
p.add("tf.image.non_max_suppression", "$(boxes, scores, 2, iou_threshold=0.3)", boxes=V([[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.1], [0.0, 2.0, 1.0, 3.0]]), scores=V([0.9, 0.75, 0.6]))

C = dict(x=N(1, 4, 4, 1), c=N(2, 3, 4, 2), k=N(2, 2, 1, 2), w=N(3, 3, 2, 1), d=N(2, 2, 2, 1), one=N(1, 1, 2, 3), l=N(1, 5, 2), kl=N(3, 2, 1), v=N(1, 3, 3, 3, 1), kv=N(2, 2, 2, 1, 1), t=V([[[[1.0], [1.0]], [[0.5], [1.0]]]]), n=N(1, 2, 3, 4))
n.add("tf.nn.conv2d", "$(x, k, strides=1, padding='VALID')", "$(x, k, 1, 'SAME')", "$(c, w, strides=[1, 1, 1, 1], padding='SAME')", "$(c, w, strides=2, padding='SAME')", "$(c, one, strides=1, padding='VALID')", "$(x, k, strides=[1, 2, 2, 1], padding='VALID')", "$(x, k, strides=1, padding=[[0, 0], [1, 0], [0, 1], [0, 0]])", "$(input=x, filters=k, strides=[2, 1], padding='SAME')", "$(x, tf.constant([[0., 1., 0.], [1., -4., 1.], [0., 1., 0.]])[:, :, None, None], 1, 'SAME')", **C)
n.add("tf.nn.conv2d", "$(x, k, strides=(1, 1), padding='SAME', dilations=2)", gradient_fails=True, **C)
n.fails("tf.nn.conv2d", "$(x, w, 1, 'SAME')", "$(x, k, 1)", "$(x, k, 1, 'FULL')", "$(x[0], k[0], 1, 'SAME')", "$(x, k[0], 1, 'SAME')", **C)
n.add("tf.nn.depthwise_conv2d", "$(c, d, strides=[1, 1, 1, 1], padding='VALID')", "$(x, k, [1, 1, 1, 1], 'SAME')", "$(c, d, [1, 2, 2, 1], 'SAME')", **C)
n.fails("tf.nn.depthwise_conv2d", "$(c, k, [1, 1, 1, 1], 'SAME')", "$(c, d, 1, 'SAME')", **C)
n.add("tf.nn.conv1d", "$(l, kl, stride=1, padding='VALID')", "$(l, kl, 2, 'SAME')", **C)
n.add("tf.nn.conv3d", "$(v, kv, strides=[1, 1, 1, 1, 1], padding='VALID')", "$(v, kv, [1, 1, 1, 1, 1], 'SAME')", **C)
n.add("tf.nn.conv2d_transpose", "$(x, k2, output_shape=[1, 8, 8, 1], strides=2)", k2=N(2, 2, 1, 1), **C)
n.add("tf.nn.separable_conv2d", "$(c, d, one, strides=[1, 1, 1, 1], padding='VALID')", **C)
n.add("tf.nn.avg_pool2d|tf.nn.avg_pool", "$(x, 2, 2, 'VALID')", "$(x, ksize=2, strides=1, padding='SAME')", "$(c, [1, 2, 2, 1], [1, 1, 1, 1], 'SAME')", "$(c, ksize=(3, 3), strides=(1, 2), padding='SAME')", "$(x, 3, 1, 'SAME')", "$(x, 3, 1, 'VALID')", "$(x, 5, 1, 'VALID')", **C)
n.add("tf.nn.max_pool2d|tf.nn.max_pool", "$(x, 2, 2, 'VALID')", "$(x, ksize=2, strides=1, padding='SAME')", "$(c, [1, 2, 2, 1], [1, 1, 1, 1], 'SAME')", "$(c, ksize=(3, 3), strides=(1, 2), padding='SAME')", "$(t, 2, 1, 'VALID')", "-$(-x, 3, 1, 'SAME')", **C)
n.fails("tf.nn.avg_pool2d", "$(x, 2, 2)", "$(x[0], 2, 2, 'SAME')", "$(x, 2, 2, 'FULL')", **C)
n.fails("tf.nn.max_pool2d", "$(x, 2, padding='VALID')", **C)
n.add("tf.nn.pool", "$(x, [2, 2], 'AVG', strides=[1, 1], padding='SAME')", "$(x, [2, 2], 'MAX')", **C)
n.add("tf.nn.avg_pool1d", "$(l, 2, 1, 'VALID')", **C)
n.add("tf.nn.max_pool1d", "$(l, 2, 2, 'VALID')", **C)
n.add("tf.nn.avg_pool3d", "$(v, 2, 1, 'VALID')", "$(v, 3, 1, 'SAME')", **C)
n.add("tf.nn.max_pool3d", "$(v, 2, 1, 'SAME')", **C)
n.add("tf.nn.erosion2d", "$(x, filters=tf.zeros([2, 2, 1]), strides=[1, 1, 1, 1], padding='SAME', data_format='NHWC', dilations=[1, 1, 1, 1])", **C)
n.add("tf.nn.dilation2d", "$(x, filters=tf.zeros([2, 2, 1]), strides=[1, 1, 1, 1], padding='SAME', data_format='NHWC', dilations=[1, 1, 1, 1])", **C)
n.add("tf.nn.batch_normalization", "$(c, 0.5, 2.0, 0.1, 1.5, 1e-3)", "$(c, *tf.nn.moments(c, [0, 1, 2]), None, None, variance_epsilon=1e-3)", **C)
n.add("tf.nn.local_response_normalization", "$(c)", **C)

S = dict(x=N(8), m=N(2, 4), w=N(2, 16))
for name, expressions in {
    "fft": ("$(tf.cast(x, tf.complex64))", "tf.abs($(tf.cast(x, tf.complex64)))", "tf.math.real($(tf.cast(m, tf.complex64)))", "tf.math.imag($(tf.complex(x, x)))"),
    "ifft": ("tf.math.real($(tf.cast(x, tf.complex64)))", "tf.math.real($(tf.signal.fft(tf.cast(x, tf.complex64))))"),
    "rfft": ("tf.abs($(x))", "$(m)", "tf.math.real($(m, fft_length=[8]))"),
    "irfft": ("$(tf.signal.rfft(x))", "$(tf.complex(x, x))"),
    "fft2d": ("tf.abs($(tf.cast(m, tf.complex64)))", "tf.math.real($(tf.cast(m, tf.complex64)))"),
    "ifft2d": ("tf.math.real($(tf.cast(m, tf.complex64)))",),
    "rfft2d": ("tf.abs($(m))",),
    "stft": ("tf.abs($(x, frame_length=4, frame_step=2))", "tf.abs($(w, 8, 4, fft_length=8))", "tf.abs($(x, 4, 2, window_fn=None))", "tf.abs($(x, 4, 2, pad_end=True))"),
    "frame": ("$(x, 4, 2)", "$(x, frame_length=3, frame_step=3, pad_end=True)", "$(w, 8, 4)"),
    "overlap_and_add": ("$(m, 2)",),
    "dct": ("$(x)", "$(m, type=2, norm='ortho')", "$(x, type=3)"),
    "idct": ("$(x)", "$(m, norm='ortho')"),
    "hann_window": ("$(8)", "$(4, periodic=False)", "$(7)"), "hamming_window": ("$(8)",),
    "fftshift": ("$(x)", "$(m, axes=1)"), "ifftshift": ("$(x)",),
    "linear_to_mel_weight_matrix": ("$(4, 9, 8000, 100.0, 3800.0)", "tf.tensordot(tf.abs(tf.signal.rfft(w)), $(3, 9, 16000, 80.0, 7600.0), 1)"),
}.items():
    s.add(f"tf.signal.{name}", *expressions, **S)
s.add("tf.signal.rfft", "tf.abs($(x, [4]))", gradient_fails=True, **S)
s.fails("tf.signal.fft", "$(x)", **S)
s.fails("tf.signal.stft", "$(x)", "$(x, 4)", **S)
