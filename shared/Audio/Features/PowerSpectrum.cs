using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Spotify.Audio.Features;

/// <summary>
/// Power spectra of frames of real samples, with a Hann window: a Stockham radix-4 transform of half the size, in vectors of four. A
/// sine of amplitude 1 has a peak of 1.
/// </summary>
/// <remarks>Fused multiply-add is not used, so that the result is the same on every processor.</remarks>
internal sealed class PowerSpectrum
{
    private readonly float[] window;
    private readonly Stage[] stages;
    private readonly float[] cos;
    private readonly float[] sin;
    private float[] re;
    private float[] im;
    private float[] nextRe;
    private float[] nextIm;

    /// <summary>Creates a transform.</summary>
    /// <param name="size">The number of samples in a frame: twice a power of four, at least 32.</param>
    public PowerSpectrum(int size)
    {
        var half = size / 2;
        if (half < 16 || !int.IsPow2(half) || int.Log2(half) % 2 != 0) throw new ArgumentOutOfRangeException(nameof(size), size, null);
        // The sum of a Hann window is half its length, and a real sine has half its amplitude at each of two frequencies.
        window = [.. Enumerable.Range(0, size).Select(i => (float)((0.5 - (0.5 * Math.Cos(2 * Math.PI * i / size))) * 4 / size))];
        cos = [.. Enumerable.Range(0, half).Select(i => (float)Math.Cos(2 * Math.PI * i / size))];
        sin = [.. Enumerable.Range(0, half).Select(i => (float)-Math.Sin(2 * Math.PI * i / size))];
        (re, im, nextRe, nextIm) = (new float[half], new float[half], new float[half], new float[half]);
        var all = new List<Stage>();
        for (var (length, stride) = (half, 1); length > 1; length /= 4, stride *= 4) all.Add(new Stage(length, stride));
        stages = [.. all];
    }

    /// <summary>Number of samples in a frame.</summary>
    public int Size => window.Length;

    /// <summary>Writes the power of the frequencies 0, 1, … times the sample rate divided by <see cref="Size"/>.</summary>
    /// <param name="samples">The frame.</param>
    /// <param name="power">A buffer for half the number of samples.</param>
    public void Write(ReadOnlySpan<float> samples, Span<float> power)
    {
        var half = Size / 2;
        for (var i = 0; i < half; i++)
        {
            re[i] = samples[2 * i] * window[2 * i];
            im[i] = samples[(2 * i) + 1] * window[(2 * i) + 1];
        }

        foreach (var stage in stages)
        {
            stage.Run(re, im, nextRe, nextIm);
            (re, im, nextRe, nextIm) = (nextRe, nextIm, re, im);
        }

        // Separates the transforms of the even and the odd samples.
        power[0] = (re[0] + im[0]) * (re[0] + im[0]);
        for (var i = 1; i < half; i++)
        {
            var (a, b, c, d) = (re[i], im[i], re[half - i], -im[half - i]);
            var (evenRe, evenIm, oddRe, oddIm) = (a + c, b + d, b - d, c - a);
            var x = evenRe + (cos[i] * oddRe) - (sin[i] * oddIm);
            var y = evenIm + (cos[i] * oddIm) + (sin[i] * oddRe);
            power[i] = 0.25f * ((x * x) + (y * y));
        }
    }

    private sealed class Stage
    {
        private readonly int quarter;
        private readonly int stride;
        private readonly float[] cos1;
        private readonly float[] sin1;
        private readonly float[] cos2;
        private readonly float[] sin2;
        private readonly float[] cos3;
        private readonly float[] sin3;

        public Stage(int length, int stride)
        {
            (quarter, this.stride) = (length / 4, stride);
            (cos1, sin1) = Twiddles(1);
            (cos2, sin2) = Twiddles(2);
            (cos3, sin3) = Twiddles(3);

            (float[] Cos, float[] Sin) Twiddles(int power)
            {
                var angles = Enumerable.Range(0, quarter).Select(i => -2 * Math.PI * power * i / length).ToList();
                return ([.. angles.Select(angle => (float)Math.Cos(angle))], [.. angles.Select(angle => (float)Math.Sin(angle))]);
            }
        }

        public void Run(float[] re, float[] im, float[] toRe, float[] toIm)
        {
            if (stride == 1) RunFirst(re, im, toRe, toIm);
            else RunStrided(re, im, toRe, toIm);
        }

        private static Vector128<float> Load(float[] values, int at) =>
            Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(values), (nuint)at);

        private static void Store(Vector128<float> value, float[] values, int at) =>
            value.StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(values), (nuint)at);

        // Neighbours have different twiddle factors, and are four apart in the result.
        private void RunFirst(float[] re, float[] im, float[] toRe, float[] toIm)
        {
            for (var p = 0; p < quarter; p += Vector128<float>.Count)
            {
                var butterfly = new Butterfly(re, im, p, quarter);
                var (re1, im1) = Butterfly.Multiply(butterfly.Re1, butterfly.Im1, Load(cos1, p), Load(sin1, p));
                var (re2, im2) = Butterfly.Multiply(butterfly.Re2, butterfly.Im2, Load(cos2, p), Load(sin2, p));
                var (re3, im3) = Butterfly.Multiply(butterfly.Re3, butterfly.Im3, Load(cos3, p), Load(sin3, p));
                for (var i = 0; i < Vector128<float>.Count; i++)
                {
                    var at = 4 * (p + i);
                    (toRe[at], toRe[at + 1], toRe[at + 2], toRe[at + 3]) = (butterfly.Re0[i], re1[i], re2[i], re3[i]);
                    (toIm[at], toIm[at + 1], toIm[at + 2], toIm[at + 3]) = (butterfly.Im0[i], im1[i], im2[i], im3[i]);
                }
            }
        }

        private void RunStrided(float[] re, float[] im, float[] toRe, float[] toIm)
        {
            for (var p = 0; p < quarter; p++)
            {
                var (c1, s1) = (Vector128.Create(cos1[p]), Vector128.Create(sin1[p]));
                var (c2, s2) = (Vector128.Create(cos2[p]), Vector128.Create(sin2[p]));
                var (c3, s3) = (Vector128.Create(cos3[p]), Vector128.Create(sin3[p]));
                for (var q = 0; q < stride; q += Vector128<float>.Count)
                {
                    var butterfly = new Butterfly(re, im, q + (stride * p), stride * quarter);
                    var at = q + (4 * stride * p);
                    var (re1, im1) = Butterfly.Multiply(butterfly.Re1, butterfly.Im1, c1, s1);
                    var (re2, im2) = Butterfly.Multiply(butterfly.Re2, butterfly.Im2, c2, s2);
                    var (re3, im3) = Butterfly.Multiply(butterfly.Re3, butterfly.Im3, c3, s3);
                    Store(butterfly.Re0, toRe, at);
                    Store(butterfly.Im0, toIm, at);
                    Store(re1, toRe, at + stride);
                    Store(im1, toIm, at + stride);
                    Store(re2, toRe, at + (2 * stride));
                    Store(im2, toIm, at + (2 * stride));
                    Store(re3, toRe, at + (3 * stride));
                    Store(im3, toIm, at + (3 * stride));
                }
            }
        }

        private readonly ref struct Butterfly
        {
            public readonly Vector128<float> Re0;
            public readonly Vector128<float> Im0;
            public readonly Vector128<float> Re1;
            public readonly Vector128<float> Im1;
            public readonly Vector128<float> Re2;
            public readonly Vector128<float> Im2;
            public readonly Vector128<float> Re3;
            public readonly Vector128<float> Im3;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public Butterfly(float[] re, float[] im, int at, int step)
            {
                var (aRe, aIm) = (Load(re, at), Load(im, at));
                var (bRe, bIm) = (Load(re, at + step), Load(im, at + step));
                var (cRe, cIm) = (Load(re, at + (2 * step)), Load(im, at + (2 * step)));
                var (dRe, dIm) = (Load(re, at + (3 * step)), Load(im, at + (3 * step)));
                var (sumRe, sumIm, differenceRe, differenceIm) = (aRe + cRe, aIm + cIm, aRe - cRe, aIm - cIm);
                var (otherRe, otherIm, turnedRe, turnedIm) = (bRe + dRe, bIm + dIm, dIm - bIm, bRe - dRe);
                (Re0, Im0) = (sumRe + otherRe, sumIm + otherIm);
                (Re1, Im1) = (differenceRe - turnedRe, differenceIm - turnedIm);
                (Re2, Im2) = (sumRe - otherRe, sumIm - otherIm);
                (Re3, Im3) = (differenceRe + turnedRe, differenceIm + turnedIm);
            }

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static (Vector128<float> Re, Vector128<float> Im) Multiply(
                Vector128<float> re, Vector128<float> im, Vector128<float> cos, Vector128<float> sin) =>
                ((re * cos) - (im * sin), (re * sin) + (im * cos));
        }
    }
}
