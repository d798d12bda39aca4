using System.Buffers;
using System.Text.Json;

namespace Provenance.Core.Events;

/// <summary>JSON without insignificant white space, its string and number tokens exactly as received: the form in which events are stored and committed to.</summary>
public static class CompactJson
{
    /// <summary>The element's text without white space between tokens.</summary>
    public static byte[] Write(JsonElement element)
    {
        var output = new ArrayBufferWriter<byte>();
        var raw = System.Text.Encoding.UTF8.GetBytes(element.GetRawText());
        Write(output, raw);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Copies valid JSON without the white space between its tokens.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        var inString = false;
        var start = 0;
        for (var i = 0; i < utf8.Length; i++)
        {
            var b = utf8[i];
            if (inString)
            {
                if (b == '\\')
                {
                    i++;
                }
                else if (b == '"')
                {
                    inString = false;
                }
            }
            else if (b == '"')
            {
                inString = true;
            }
            else if (b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            {
                output.Write(utf8[start..i]);
                start = i + 1;
            }
        }
        output.Write(utf8[start..]);
    }
}
