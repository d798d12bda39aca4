using System.Globalization;
using System.Text;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using QRCoder;

namespace Provenance.Server.Pages;

/// <summary>The QR code of an item: its Digital Link on this server, error correction M, four modules of quiet zone (GS1 General Specifications §5.12).</summary>
internal static class Qr
{
    /// <summary>Side of a module in a PNG, in pixels.</summary>
    private const int PixelsPerModule = 8;

    /// <summary>Side of a module on paper, in millimetres: within GS1's 0.396 to 0.990 for retail.</summary>
    private const double ModuleMillimetres = 0.5;

    public static IResult Draw(OwnIds own, string? item = null, string format = "svg")
    {
        if (!ItemId.TryParse(item ?? "", own, out var id, out var fault))
        {
            return Problem.Invalid("item", item, fault);
        }
        if (AddressOf(id, own) is not { } address)
        {
            return Problem.Invalid("item", item, "Only items with a page on this server have a code: GS1 keys and ids of our own.");
        }
        var modules = Modules(address, isTrial: !IsPublic(own.PublicUrl));
        return format switch
        {
            "svg" => TypedResults.Bytes(Encoding.UTF8.GetBytes(Svg(modules)), "image/svg+xml"),
            "png" => TypedResults.Bytes(Png.Write(modules, PixelsPerModule), "image/png"),
            _ => Problem.Invalid("format", format, "Send svg or png."),
        };
    }

    /// <summary>What a phone opens: the item at the root of this server, where the resolver is.</summary>
    internal static string? AddressOf(ItemId item, OwnIds own) => item.Own is not null ? item.Uri
        : item.Uri.StartsWith(DigitalLink.CanonicalStem + "/", StringComparison.Ordinal) ? own.PublicUrl + item.Uri[DigitalLink.CanonicalStem.Length..]
        : null;

    /// <summary>Whether a code printed today can be opened by a stranger's phone.</summary>
    internal static bool IsPublic(string publicUrl) => new Uri(publicUrl) is { Scheme: "https", IsLoopback: false };

    /// <summary>Rows of dark (true) and light modules, quiet zone included; with TRIAL under it where a label must not be taken for a real one.</summary>
    internal static List<bool[]> Modules(string text, bool isTrial)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix.ConvertAll(row => row.Cast<bool>().ToArray());
        if (isTrial)
        {
            var width = rows.Count;
            rows.AddRange(TrialRows.Select(letters => Centred(letters, width)));
            rows.AddRange([new bool[width], new bool[width]]);
        }
        return rows;
    }

    private static bool[] Centred(string letters, int width)
    {
        var row = new bool[width];
        var left = (width - letters.Length) / 2;
        for (var i = 0; i < letters.Length; i++)
        {
            row[left + i] = letters[i] == '#';
        }
        return row;
    }

    /// <summary>27 modules wide: the smallest code is 29 with its quiet zone.</summary>
    private static readonly string[] TrialRows =
    [
        "#####.####..###..###..#....",
        "..#...#...#..#..#...#.#....",
        "..#...#...#..#..#...#.#....",
        "..#...####...#..#####.#....",
        "..#...#.#....#..#...#.#....",
        "..#...#..#...#..#...#.#....",
        "..#...#...#.###.#...#.#####",
    ];

    private static string Svg(List<bool[]> modules)
    {
        var (width, height) = (modules[0].Length, modules.Count);
        return string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width * ModuleMillimetres}mm\" height=\"{height * ModuleMillimetres}mm\" viewBox=\"0 0 {width} {height}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{width}v{height}H0z\"/><path d=\"{PathOf(modules)}\"/></svg>");
    }

    /// <summary>The dark modules as an SVG path, a module being the unit.</summary>
    internal static string PathOf(List<bool[]> modules)
    {
        var path = new StringBuilder();
        for (var y = 0; y < modules.Count; y++)
        {
            for (var x = 0; x < modules[y].Length; x++)
            {
                var start = x;
                while (x < modules[y].Length && modules[y][x])
                {
                    x++;
                }
                if (x > start)
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
                }
            }
        }
        return path.ToString();
    }
}
