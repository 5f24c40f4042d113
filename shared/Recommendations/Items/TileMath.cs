using System.Runtime.Intrinsics;

namespace Spotify.Recommendations.Items;

/// <summary>Operations on square tiles of <see cref="Size"/> rows and columns of floats, stored row by row.</summary>
internal static unsafe class TileMath
{
    /// <summary>Rows and columns of a tile: a multiple of 16 and 6, so that three tiles fit the second-level cache.</summary>
    public const int Size = 96;

    /// <summary>The number of elements of a tile.</summary>
    public const int Area = Size * Size;

    private const int RowsAtOnce = 6;

    /// <summary>Adds scale · a · b to the sum.</summary>
    public static void AddProduct(float* sum, float* a, float* b, float scale) => AddProduct(sum, a, b, scale, Size, 1);

    /// <summary>Adds scale · aᵀ · b to the sum.</summary>
    public static void AddTransposedProduct(float* sum, float* a, float* b, float scale) => AddProduct(sum, a, b, scale, 1, Size);

    /// <summary>Writes the transposed tile.</summary>
    public static void Transpose(float* tile, float* transposed)
    {
        for (var row = 0; row < Size; row++)
            for (var column = 0; column < Size; column++) transposed[(column * Size) + row] = tile[(row * Size) + column];
    }

    /// <summary>Replaces a symmetric tile by its lower Cholesky factor. Only the lower triangle is read; the upper one becomes 0.</summary>
    /// <returns>False if the tile is not positive definite.</returns>
    public static bool TryFactorize(float* tile)
    {
        for (var column = 0; column < Size; column++)
        {
            var pivot = tile + (column * Size);
            var square = pivot[column] - Dot(pivot, pivot, column);
            if (!(square > 0) || !float.IsFinite(square)) return false;
            pivot[column] = MathF.Sqrt(square);
            for (var row = column + 1; row < Size; row++)
            {
                var other = tile + (row * Size);
                other[column] = (other[column] - Dot(other, pivot, column)) / pivot[column];
                pivot[row] = 0;
            }
        }

        return true;
    }

    /// <summary>Writes the inverse of a lower triangular tile.</summary>
    public static void InvertLower(float* tile, float* inverse)
    {
        new Span<float>(inverse, Area).Clear();
        for (var row = 0; row < Size; row++)
        {
            var target = new Span<float>(inverse + (row * Size), row + 1);
            for (var column = 0; column < row; column++)
            {
                var factor = tile[(row * Size) + column];
                for (var i = 0; i <= column; i++) target[i] -= factor * inverse[(column * Size) + i];
            }

            var scale = 1 / tile[(row * Size) + row];
            for (var i = 0; i < row; i++) target[i] *= scale;
            target[row] = scale;
        }
    }

    private static float Dot(float* a, float* b, int count)
    {
        var (sum, i) = (Vector256<float>.Zero, 0);
        for (; i + 8 <= count; i += 8) sum = Vector256.FusedMultiplyAdd(Vector256.Load(a + i), Vector256.Load(b + i), sum);
        var result = Vector256.Sum(sum);
        for (; i < count; i++) result += a[i] * b[i];
        return result;
    }

    // Twelve sums stay in registers: six rows of two vectors.
    private static void AddProduct(float* sum, float* a, float* b, float scale, int rowStride, int columnStride)
    {
        var factor = Vector256.Create(scale);
        for (var row = 0; row < Size; row += RowsAtOnce)
        {
            float* a0 = a + (row * rowStride), a1 = a0 + rowStride, a2 = a1 + rowStride;
            float* a3 = a2 + rowStride, a4 = a3 + rowStride, a5 = a4 + rowStride;
            for (var column = 0; column < Size; column += 16)
            {
                Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
                Vector256<float> s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
                var right = b + column;
                var offset = 0;
                for (var k = 0; k < Size; k++)
                {
                    var (left0, left1) = (Vector256.Load(right), Vector256.Load(right + 8));
                    var one = Vector256.Create(a0[offset]);
                    s00 = Vector256.FusedMultiplyAdd(one, left0, s00);
                    s01 = Vector256.FusedMultiplyAdd(one, left1, s01);
                    one = Vector256.Create(a1[offset]);
                    s10 = Vector256.FusedMultiplyAdd(one, left0, s10);
                    s11 = Vector256.FusedMultiplyAdd(one, left1, s11);
                    one = Vector256.Create(a2[offset]);
                    s20 = Vector256.FusedMultiplyAdd(one, left0, s20);
                    s21 = Vector256.FusedMultiplyAdd(one, left1, s21);
                    one = Vector256.Create(a3[offset]);
                    s30 = Vector256.FusedMultiplyAdd(one, left0, s30);
                    s31 = Vector256.FusedMultiplyAdd(one, left1, s31);
                    one = Vector256.Create(a4[offset]);
                    s40 = Vector256.FusedMultiplyAdd(one, left0, s40);
                    s41 = Vector256.FusedMultiplyAdd(one, left1, s41);
                    one = Vector256.Create(a5[offset]);
                    s50 = Vector256.FusedMultiplyAdd(one, left0, s50);
                    s51 = Vector256.FusedMultiplyAdd(one, left1, s51);
                    right += Size;
                    offset += columnStride;
                }

                var target = sum + (row * Size) + column;
                Add(target, s00, s01, factor);
                Add(target + Size, s10, s11, factor);
                Add(target + (2 * Size), s20, s21, factor);
                Add(target + (3 * Size), s30, s31, factor);
                Add(target + (4 * Size), s40, s41, factor);
                Add(target + (5 * Size), s50, s51, factor);
            }
        }
    }

    private static void Add(float* target, Vector256<float> first, Vector256<float> second, Vector256<float> factor)
    {
        Vector256.FusedMultiplyAdd(first, factor, Vector256.Load(target)).Store(target);
        Vector256.FusedMultiplyAdd(second, factor, Vector256.Load(target + 8)).Store(target + 8);
    }
}
