using System.Runtime.InteropServices;

namespace FastRebalance.Core.Hashing;

// Keccak-f[1600] (FIPS 202, section 3) on 25 lanes held in locals, lane x + 5y of the standard being number x + 5y here, from one block to
// the next. Two rounds a turn: the first goes from the a-lanes to the e-lanes, the second back, so no round ends with 25 moves. Within a
// round: parities of the columns (c), turned (r) and spread (d); then row by row rotate-and-place (b) and the non-linear step, with the
// constant on lane 0. What a lane is held in, L says; the compiler makes code of its own for each.
public static partial class Keccak256
{
    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
        0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    /// <summary>Takes in whole blocks.</summary>
    /// <param name="state">All lanes.</param>
    /// <param name="blocks">As many as there are.</param>
    /// <param name="twin">Those of the message that is hashed beside, as many; where lanes hold one message alone they are not looked at.</param>
    private static void Absorb<TLane, L>(Span<TLane> state, ReadOnlySpan<byte> blocks, ReadOnlySpan<byte> twin)
        where L : IKeccakLanes<TLane>
    {
        _ = state[24]; // one bounds check for all lanes
        ReadOnlySpan<ulong> constants = RoundConstants;
        TLane a0 = state[0], a1 = state[1], a2 = state[2], a3 = state[3], a4 = state[4];
        TLane a5 = state[5], a6 = state[6], a7 = state[7], a8 = state[8], a9 = state[9];
        TLane a10 = state[10], a11 = state[11], a12 = state[12], a13 = state[13], a14 = state[14];
        TLane a15 = state[15], a16 = state[16], a17 = state[17], a18 = state[18], a19 = state[19];
        TLane a20 = state[20], a21 = state[21], a22 = state[22], a23 = state[23], a24 = state[24];
        TLane e0, e1, e2, e3, e4;
        TLane e5, e6, e7, e8, e9;
        TLane e10, e11, e12, e13, e14;
        TLane e15, e16, e17, e18, e19;
        TLane e20, e21, e22, e23, e24;
        TLane b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, r0, r1, r2, r3, r4, d0, d1, d2, d3, d4;

        for (int at = 0; at < blocks.Length; at += RateBytes)
        {
            // Little-endian, as every machine this runs on.
            ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(blocks.Slice(at, RateBytes));
            ReadOnlySpan<ulong> twins = MemoryMarshal.Cast<byte, ulong>(twin.Slice(at, RateBytes));
            _ = words[16];
            _ = twins[16];
            a0 = L.TakeIn(a0, words[0], twins[0]); a1 = L.TakeIn(a1, words[1], twins[1]); a2 = L.TakeIn(a2, words[2], twins[2]);
            a3 = L.TakeIn(a3, words[3], twins[3]); a4 = L.TakeIn(a4, words[4], twins[4]); a5 = L.TakeIn(a5, words[5], twins[5]);
            a6 = L.TakeIn(a6, words[6], twins[6]); a7 = L.TakeIn(a7, words[7], twins[7]); a8 = L.TakeIn(a8, words[8], twins[8]);
            a9 = L.TakeIn(a9, words[9], twins[9]); a10 = L.TakeIn(a10, words[10], twins[10]); a11 = L.TakeIn(a11, words[11], twins[11]);
            a12 = L.TakeIn(a12, words[12], twins[12]); a13 = L.TakeIn(a13, words[13], twins[13]); a14 = L.TakeIn(a14, words[14], twins[14]);
            a15 = L.TakeIn(a15, words[15], twins[15]); a16 = L.TakeIn(a16, words[16], twins[16]);
            for (int round = 0; round < 24; round += 2)
            {
                c0 = L.Xor(L.Xor(a0, a5, a10), a15, a20);
                c1 = L.Xor(L.Xor(a1, a6, a11), a16, a21);
                c2 = L.Xor(L.Xor(a2, a7, a12), a17, a22);
                c3 = L.Xor(L.Xor(a3, a8, a13), a18, a23);
                c4 = L.Xor(L.Xor(a4, a9, a14), a19, a24);
                r0 = L.RotateLeft(c1, 1);
                r1 = L.RotateLeft(c2, 1);
                r2 = L.RotateLeft(c3, 1);
                r3 = L.RotateLeft(c4, 1);
                r4 = L.RotateLeft(c0, 1);
                d0 = L.Xor(c4, r0);
                d1 = L.Xor(c0, r1);
                d2 = L.Xor(c1, r2);
                d3 = L.Xor(c2, r3);
                d4 = L.Xor(c3, r4);
                b0 = L.Spread(a0, c4, r0, d0);
                b1 = L.RotateLeft(L.Spread(a6, c0, r1, d1), 44);
                b2 = L.RotateLeft(L.Spread(a12, c1, r2, d2), 43);
                b3 = L.RotateLeft(L.Spread(a18, c2, r3, d3), 21);
                b4 = L.RotateLeft(L.Spread(a24, c3, r4, d4), 14);
                e0 = L.Xor(L.Chi(b0, b1, b2), L.Of(constants[round]));
                e1 = L.Chi(b1, b2, b3);
                e2 = L.Chi(b2, b3, b4);
                e3 = L.Chi(b3, b4, b0);
                e4 = L.Chi(b4, b0, b1);
                b0 = L.RotateLeft(L.Spread(a3, c2, r3, d3), 28);
                b1 = L.RotateLeft(L.Spread(a9, c3, r4, d4), 20);
                b2 = L.RotateLeft(L.Spread(a10, c4, r0, d0), 3);
                b3 = L.RotateLeft(L.Spread(a16, c0, r1, d1), 45);
                b4 = L.RotateLeft(L.Spread(a22, c1, r2, d2), 61);
                e5 = L.Chi(b0, b1, b2);
                e6 = L.Chi(b1, b2, b3);
                e7 = L.Chi(b2, b3, b4);
                e8 = L.Chi(b3, b4, b0);
                e9 = L.Chi(b4, b0, b1);
                b0 = L.RotateLeft(L.Spread(a1, c0, r1, d1), 1);
                b1 = L.RotateLeft(L.Spread(a7, c1, r2, d2), 6);
                b2 = L.RotateLeft(L.Spread(a13, c2, r3, d3), 25);
                b3 = L.RotateLeft(L.Spread(a19, c3, r4, d4), 8);
                b4 = L.RotateLeft(L.Spread(a20, c4, r0, d0), 18);
                e10 = L.Chi(b0, b1, b2);
                e11 = L.Chi(b1, b2, b3);
                e12 = L.Chi(b2, b3, b4);
                e13 = L.Chi(b3, b4, b0);
                e14 = L.Chi(b4, b0, b1);
                b0 = L.RotateLeft(L.Spread(a4, c3, r4, d4), 27);
                b1 = L.RotateLeft(L.Spread(a5, c4, r0, d0), 36);
                b2 = L.RotateLeft(L.Spread(a11, c0, r1, d1), 10);
                b3 = L.RotateLeft(L.Spread(a17, c1, r2, d2), 15);
                b4 = L.RotateLeft(L.Spread(a23, c2, r3, d3), 56);
                e15 = L.Chi(b0, b1, b2);
                e16 = L.Chi(b1, b2, b3);
                e17 = L.Chi(b2, b3, b4);
                e18 = L.Chi(b3, b4, b0);
                e19 = L.Chi(b4, b0, b1);
                b0 = L.RotateLeft(L.Spread(a2, c1, r2, d2), 62);
                b1 = L.RotateLeft(L.Spread(a8, c2, r3, d3), 55);
                b2 = L.RotateLeft(L.Spread(a14, c3, r4, d4), 39);
                b3 = L.RotateLeft(L.Spread(a15, c4, r0, d0), 41);
                b4 = L.RotateLeft(L.Spread(a21, c0, r1, d1), 2);
                e20 = L.Chi(b0, b1, b2);
                e21 = L.Chi(b1, b2, b3);
                e22 = L.Chi(b2, b3, b4);
                e23 = L.Chi(b3, b4, b0);
                e24 = L.Chi(b4, b0, b1);

                c0 = L.Xor(L.Xor(e0, e5, e10), e15, e20);
                c1 = L.Xor(L.Xor(e1, e6, e11), e16, e21);
                c2 = L.Xor(L.Xor(e2, e7, e12), e17, e22);
                c3 = L.Xor(L.Xor(e3, e8, e13), e18, e23);
                c4 = L.Xor(L.Xor(e4, e9, e14), e19, e24);
                r0 = L.RotateLeft(c1, 1);
                r1 = L.RotateLeft(c2, 1);
                r2 = L.RotateLeft(c3, 1);
                r3 = L.RotateLeft(c4, 1);
                r4 = L.RotateLeft(c0, 1);
                d0 = L.Xor(c4, r0);
                d1 = L.Xor(c0, r1);
                d2 = L.Xor(c1, r2);
                d3 = L.Xor(c2, r3);
                d4 = L.Xor(c3, r4);
                b0 = L.Spread(e0, c4, r0, d0);
                b1 = L.RotateLeft(L.Spread(e6, c0, r1, d1), 44);
                b2 = L.RotateLeft(L.Spread(e12, c1, r2, d2), 43);
                b3 = L.RotateLeft(L.Spread(e18, c2, r3, d3), 21);
                b4 = L.RotateLeft(L.Spread(e24, c3, r4, d4), 14);
                a0 = L.Xor(L.Chi(b0, b1, b2), L.Of(constants[round + 1]));
                a1 = L.Chi(b1, b2, b3);
                a2 = L.Chi(b2, b3, b4);
                a3 = L.Chi(b3, b4, b0);
                a4 = L.Chi(b4, b0, b1);
                b0 = L.RotateLeft(L.Spread(e3, c2, r3, d3), 28);
                b1 = L.RotateLeft(L.Spread(e9, c3, r4, d4), 20);
                b2 = L.RotateLeft(L.Spread(e10, c4, r0, d0), 3);
                b3 = L.RotateLeft(L.Spread(e16, c0, r1, d1), 45);
                b4 = L.RotateLeft(L.Spread(e22, c1, r2, d2), 61);
                a5 = L.Chi(b0, b1, b2);
                a6 = L.Chi(b1, b2, b3);
                a7 = L.Chi(b2, b3, b4);
                a8 = L.Chi(b3, b4, b0);
                a9 = L.Chi(b4, b0, b1);
                b0 = L.RotateLeft(L.Spread(e1, c0, r1, d1), 1);
                b1 = L.RotateLeft(L.Spread(e7, c1, r2, d2), 6);
                b2 = L.RotateLeft(L.Spread(e13, c2, r3, d3), 25);
                b3 = L.RotateLeft(L.Spread(e19, c3, r4, d4), 8);
                b4 = L.RotateLeft(L.Spread(e20, c4, r0, d0), 18);
                a10 = L.Chi(b0, b1, b2);
                a11 = L.Chi(b1, b2, b3);
                a12 = L.Chi(b2, b3, b4);
                a13 = L.Chi(b3, b4, b0);
                a14 = L.Chi(b4, b0, b1);
                b0 = L.RotateLeft(L.Spread(e4, c3, r4, d4), 27);
                b1 = L.RotateLeft(L.Spread(e5, c4, r0, d0), 36);
                b2 = L.RotateLeft(L.Spread(e11, c0, r1, d1), 10);
                b3 = L.RotateLeft(L.Spread(e17, c1, r2, d2), 15);
                b4 = L.RotateLeft(L.Spread(e23, c2, r3, d3), 56);
                a15 = L.Chi(b0, b1, b2);
                a16 = L.Chi(b1, b2, b3);
                a17 = L.Chi(b2, b3, b4);
                a18 = L.Chi(b3, b4, b0);
                a19 = L.Chi(b4, b0, b1);
                b0 = L.RotateLeft(L.Spread(e2, c1, r2, d2), 62);
                b1 = L.RotateLeft(L.Spread(e8, c2, r3, d3), 55);
                b2 = L.RotateLeft(L.Spread(e14, c3, r4, d4), 39);
                b3 = L.RotateLeft(L.Spread(e15, c4, r0, d0), 41);
                b4 = L.RotateLeft(L.Spread(e21, c0, r1, d1), 2);
                a20 = L.Chi(b0, b1, b2);
                a21 = L.Chi(b1, b2, b3);
                a22 = L.Chi(b2, b3, b4);
                a23 = L.Chi(b3, b4, b0);
                a24 = L.Chi(b4, b0, b1);
            }
        }

        state[0] = a0; state[1] = a1; state[2] = a2; state[3] = a3; state[4] = a4;
        state[5] = a5; state[6] = a6; state[7] = a7; state[8] = a8; state[9] = a9;
        state[10] = a10; state[11] = a11; state[12] = a12; state[13] = a13; state[14] = a14;
        state[15] = a15; state[16] = a16; state[17] = a17; state[18] = a18; state[19] = a19;
        state[20] = a20; state[21] = a21; state[22] = a22; state[23] = a23; state[24] = a24;
    }
}
