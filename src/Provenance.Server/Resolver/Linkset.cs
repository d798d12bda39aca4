using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Provenance.Server.Resolver;

/// <summary>Links as JSON: RFC 9264 §4.2 within GS1's schema.</summary>
internal static class Linkset
{
    public const string MediaType = "application/linkset+json";

    /// <summary>Reads a linkset as JSON-LD.</summary>
    public const string Context = "https://ref.gs1.org/standards/resolver/linkset-context";

    /// <param name="isJsonLd">Names the context in the document itself.</param>
    public static byte[] Write(IEnumerable<LinkLevel> levels, string publicUrl, bool isJsonLd = false)
    {
        var output = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        if (isJsonLd)
        {
            json.WriteString("@context", Context);
        }
        json.WriteStartArray("linkset");
        foreach (var level in levels)
        {
            json.WriteStartObject();
            json.WriteString("anchor", publicUrl + level.Path);
            json.WriteString("itemDescription", level.Description);
            WriteDefaults(json, level, publicUrl);
            foreach (var type in level.Links.GroupBy(link => link.Type))
            {
                json.WriteStartArray(type.Key.Uri);
                foreach (var link in type)
                {
                    Write(json, link, publicUrl);
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    // Exactly one default, with a title and nothing else; those to choose between by language stand beside it.
    private static void WriteDefaults(Utf8JsonWriter json, LinkLevel level, string publicUrl)
    {
        json.WriteStartArray(LinkType.Default.Uri);
        json.WriteStartObject();
        json.WriteString("href", level.Default.HrefOn(publicUrl));
        json.WriteString("title", level.Default.Title);
        json.WriteEndObject();
        json.WriteEndArray();
        var several = level.Links.Where(link => link.IsDefault).ToList();
        if (several.Count > 1)
        {
            json.WriteStartArray(LinkType.DefaultMulti.Uri);
            several.ForEach(link => Write(json, link, publicUrl));
            json.WriteEndArray();
        }
    }

    private static void Write(Utf8JsonWriter json, Link link, string publicUrl)
    {
        json.WriteStartObject();
        json.WriteString("href", link.HrefOn(publicUrl));
        json.WriteString("title", link.Title);
        if (link.MediaType is not null)
        {
            json.WriteString("type", link.MediaType);
        }
        WriteWords(json, "hreflang", link.Languages);
        WriteWords(json, "context", link.Contexts);
        if (!link.KeepsQuery)
        {
            json.WriteBoolean("fwqs", false);
        }
        json.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter json, string name, IReadOnlyList<string> words)
    {
        if (words.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var word in words)
            {
                json.WriteStringValue(word);
            }
            json.WriteEndArray();
        }
    }
}
