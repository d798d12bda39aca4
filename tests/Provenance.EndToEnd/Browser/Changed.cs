using System.Text;

namespace Provenance.EndToEnd.Browser;

/// <summary>Tampering as small as it gets.</summary>
internal static class Changed
{
    /// <summary>Changes the first byte after a text into another digit, so that the file stays one of its kind.</summary>
    public static void OneByteAfter(byte[] file, string text)
    {
        var at = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(at >= 0, $"Nothing to change: no {text} in the file.");
        at += Encoding.UTF8.GetByteCount(text);
        file[at] = (byte)(file[at] == '1' ? '2' : '1');
    }
}
