using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Provenance.Core;

/// <summary>
/// 64 bits that stand for a row of a table beside the log, which no entry commits to. The server keeps the exclusive or of a table's rows beside them as it writes
/// (table <c>row_sum</c>), and <c>provenance check</c> computes it again: a turned bit shows. It keeps out accidents, not people: whoever can write the table can write the sum.
/// </summary>
public static class RowHash
{
    /// <summary>Name of both functions in SQL: <c>row_hash(sum, column, …)</c> takes a row into the sum, or out of it.</summary>
    public const string Name = "row_hash";

    /// <param name="values">The sum so far, then the row's values: long, double, string, byte[], or null in any form.</param>
    public static long Xor(IReadOnlyList<object?> values)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        for (var i = 1; i < values.Count; i++)
        {
            switch (values[i])
            {
                case long number:
                    Write(bytes, 1, 8);
                    BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(8), number);
                    bytes.Advance(8);
                    break;
                case double number:
                    Write(bytes, 2, 8);
                    BinaryPrimitives.WriteDoubleLittleEndian(bytes.GetSpan(8), number);
                    bytes.Advance(8);
                    break;
                case string text:
                    Write(bytes, 3, Encoding.UTF8.GetByteCount(text));
                    Encoding.UTF8.GetBytes(text, bytes);
                    break;
                case byte[] blob:
                    Write(bytes, 4, blob.Length);
                    bytes.Write(blob);
                    break;
                default:
                    Write(bytes, 0, 0);
                    break;
            }
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.WrittenSpan, hash);
        return (values[0] is long sum ? sum : 0) ^ BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    private static void Write(ArrayBufferWriter<byte> bytes, byte type, int length)
    {
        var head = bytes.GetSpan(5);
        head[0] = type;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], length);
        bytes.Advance(5);
    }
}
