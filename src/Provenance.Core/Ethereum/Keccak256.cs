using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using static System.Numerics.BitOperations;

namespace Provenance.Core.Ethereum;

/// <summary>Keccak-256 as Ethereum uses it: the Keccak submission's padding (0x01), not that of SHA-3 (0x06, FIPS 202).</summary>
/// <remarks>The platform has SHA-3 at best, on some systems, and never this padding.</remarks>
public static class Keccak256
{
    /// <summary>Bytes absorbed before each permutation: 1600 bits of state less twice the 256 of output.</summary>
    private const int Rate = 136;

    // FIPS 202 §3.2.5, ι.
    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    public static Digest Hash(ReadOnlySpan<byte> data)
    {
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        while (data.Length >= Rate)
        {
            Absorb(state, data[..Rate]);
            data = data[Rate..];
        }

        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        data.CopyTo(last);
        last[data.Length] = 0x01;
        last[Rate - 1] |= 0x80; // the same byte as the 0x01 when 135 bytes remain
        Absorb(state, last);

        Span<byte> hash = stackalloc byte[Digest.Size];
        for (var i = 0; i < Digest.Size / 8; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(8 * i)..], state[i]);
        }
        return new Digest(hash);
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < Rate / 8; i++)
        {
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        }
        Permute(state);
    }

    /// <summary>Keccak-f[1600] (FIPS 202 §3.3), unrolled: every lane stays in a local through all 24 rounds. a = lanes, c and d = θ,
    /// b, e, f, g, h = the five planes after ρ and π.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Permute(Span<ulong> s)
    {
        ulong a0 = s[0], a1 = s[1], a2 = s[2], a3 = s[3], a4 = s[4], a5 = s[5], a6 = s[6], a7 = s[7], a8 = s[8], a9 = s[9];
        ulong a10 = s[10], a11 = s[11], a12 = s[12], a13 = s[13], a14 = s[14], a15 = s[15], a16 = s[16], a17 = s[17], a18 = s[18], a19 = s[19];
        ulong a20 = s[20], a21 = s[21], a22 = s[22], a23 = s[23], a24 = s[24];
        foreach (var roundConstant in RoundConstants)
        {
            ulong c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20, c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21, c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
            ulong c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23, c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
            ulong d0 = c4 ^ RotateLeft(c1, 1), d1 = c0 ^ RotateLeft(c2, 1), d2 = c1 ^ RotateLeft(c3, 1);
            ulong d3 = c2 ^ RotateLeft(c4, 1), d4 = c3 ^ RotateLeft(c0, 1);

            ulong b0 = a0 ^ d0, b1 = RotateLeft(a6 ^ d1, 44), b2 = RotateLeft(a12 ^ d2, 43), b3 = RotateLeft(a18 ^ d3, 21), b4 = RotateLeft(a24 ^ d4, 14);
            ulong e0 = RotateLeft(a3 ^ d3, 28), e1 = RotateLeft(a9 ^ d4, 20), e2 = RotateLeft(a10 ^ d0, 3), e3 = RotateLeft(a16 ^ d1, 45), e4 = RotateLeft(a22 ^ d2, 61);
            ulong f0 = RotateLeft(a1 ^ d1, 1), f1 = RotateLeft(a7 ^ d2, 6), f2 = RotateLeft(a13 ^ d3, 25), f3 = RotateLeft(a19 ^ d4, 8), f4 = RotateLeft(a20 ^ d0, 18);
            ulong g0 = RotateLeft(a4 ^ d4, 27), g1 = RotateLeft(a5 ^ d0, 36), g2 = RotateLeft(a11 ^ d1, 10), g3 = RotateLeft(a17 ^ d2, 15), g4 = RotateLeft(a23 ^ d3, 56);
            ulong h0 = RotateLeft(a2 ^ d2, 62), h1 = RotateLeft(a8 ^ d3, 55), h2 = RotateLeft(a14 ^ d4, 39), h3 = RotateLeft(a15 ^ d0, 41), h4 = RotateLeft(a21 ^ d1, 2);

            (a0, a1, a2, a3, a4) = (b0 ^ ~b1 & b2 ^ roundConstant, b1 ^ ~b2 & b3, b2 ^ ~b3 & b4, b3 ^ ~b4 & b0, b4 ^ ~b0 & b1);
            (a5, a6, a7, a8, a9) = (e0 ^ ~e1 & e2, e1 ^ ~e2 & e3, e2 ^ ~e3 & e4, e3 ^ ~e4 & e0, e4 ^ ~e0 & e1);
            (a10, a11, a12, a13, a14) = (f0 ^ ~f1 & f2, f1 ^ ~f2 & f3, f2 ^ ~f3 & f4, f3 ^ ~f4 & f0, f4 ^ ~f0 & f1);
            (a15, a16, a17, a18, a19) = (g0 ^ ~g1 & g2, g1 ^ ~g2 & g3, g2 ^ ~g3 & g4, g3 ^ ~g4 & g0, g4 ^ ~g0 & g1);
            (a20, a21, a22, a23, a24) = (h0 ^ ~h1 & h2, h1 ^ ~h2 & h3, h2 ^ ~h3 & h4, h3 ^ ~h4 & h0, h4 ^ ~h0 & h1);
        }
        (s[0], s[1], s[2], s[3], s[4]) = (a0, a1, a2, a3, a4);
        (s[5], s[6], s[7], s[8], s[9]) = (a5, a6, a7, a8, a9);
        (s[10], s[11], s[12], s[13], s[14]) = (a10, a11, a12, a13, a14);
        (s[15], s[16], s[17], s[18], s[19]) = (a15, a16, a17, a18, a19);
        (s[20], s[21], s[22], s[23], s[24]) = (a20, a21, a22, a23, a24);
    }
}
