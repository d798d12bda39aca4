using System.Globalization;
using Provenance.Server.Pages;

namespace Provenance.Server.Portal;

/// <summary>What one label shows and where, in millimetres from its top left corner: nothing but what the item's public page shows.</summary>
/// <param name="Code">The QR code's dark modules as an SVG path in modules, quiet zone included.</param>
/// <param name="Module">Side of a module.</param>
/// <param name="CodeX">Left edge of the code's quiet zone; <paramref name="CodeY"/> its top.</param>
internal sealed record Label(double Width, double Height, string Code, double Module, double CodeX, double CodeY, IReadOnlyList<LabelText> Texts)
{
    /// <summary>Printers leave the paper's edge free, and cut labels are off by up to a millimetre.</summary>
    private const double Margin = 2;

    /// <summary>GS1 General Specifications §5.12: a module of a code for retail has 0.396 to 0.990 mm.</summary>
    private const double LeastModule = 0.396, MostModule = 0.990;

    private const double PrintedSize = 2.8, PrintedLine = 3.3, NameSize = 3.4, NameLine = 3.9, FactSize = 2.5, FactLine = 3.1, Gap = 0.8, TrialSize = 4.2;

    /// <summary>Below it scanners at a till may fail; phones mostly read it.</summary>
    public bool IsTooFine => Module < LeastModule;

    /// <param name="address">What the code says.</param>
    /// <param name="isTrial">It must not be taken for a label that strangers can scan.</param>
    public static Label Of(LabelSheet sheet, BuyerPage item, Words words, string address, bool isTrial)
    {
        var printed = item.Printed.Split(" (") is [var first, var second] ? [first, "(" + second] : new[] { item.Printed };
        var modules = Qr.Modules(address, isTrial: false);
        var side = sheet.Height - 2 * Margin - 2 * PrintedLine;
        var module = Math.Min(MostModule, side / modules.Count);
        var beside = Margin + modules.Count * module + 1;
        List<LabelText> texts = [.. Beside(item, words, beside, sheet.Width - beside - Margin, side)];
        var below = sheet.Width - 2 * Margin - (isTrial ? LabelText.WidthOf(Trial, TrialSize, isBold: true) + Gap : 0);
        texts.AddRange(printed.Select((line, i) =>
            LabelText.Fit(line, Margin, sheet.Height - Margin - PrintedLine * (printed.Length - 1 - i) - 0.7, PrintedSize, below)));
        if (isTrial)
        {
            var width = LabelText.WidthOf(Trial, TrialSize, isBold: true);
            texts.Add(new LabelText(Trial, sheet.Width - Margin - width, sheet.Height - Margin - 0.7, TrialSize, width, IsBold: true));
        }
        return new Label(sheet.Width, sheet.Height, Qr.PathOf(modules), module, Margin, Margin, texts);
    }

    private const string Trial = "TRIAL";

    /// <summary>Name, maker and dates, from the top; a long name gives way to the dates.</summary>
    private static IEnumerable<LabelText> Beside(BuyerPage item, Words words, double x, double width, double height)
    {
        var facts = new List<string>();
        if (item.Maker is { } maker)
        {
            facts.Add(maker.Name);
        }
        if (item.BestBefore is { } bestBefore)
        {
            facts.Add($"{words["fact.best-before"]} {words.Day(bestBefore.Value)}");
        }
        if (item.UseBy is { } useBy)
        {
            facts.Add($"{words["fact.use-by"]} {words.Day(useBy.Value)}");
        }
        if (item.Made is { } made)
        {
            facts.Add($"{words["fact.made"]} {words.Day(made)}");
        }
        var name = LotHead.NameOf(words, item);
        var wrapped = Wrapped();
        if (facts.Count > 2 && LabelText.Wrap(name, NameSize, width, int.MaxValue, isBold: true).Count > NameLines())
        {
            facts.RemoveAt(facts.Count - 1); // the day it was made stands on its page, and the name tells bags apart
            wrapped = Wrapped();
        }
        var y = Margin + NameSize;
        foreach (var line in LabelText.Wrap(name, NameSize, width, NameLines(), isBold: true))
        {
            yield return new LabelText(line, x, y, NameSize, width, IsBold: true);
            y += NameLine;
        }
        foreach (var lines in wrapped)
        {
            y += Gap;
            foreach (var line in lines)
            {
                yield return new LabelText(line, x, y - (NameLine - FactLine), FactSize, width, IsBold: false);
                y += FactLine;
            }
        }

        List<List<string>> Wrapped() => facts.ConvertAll(fact => LabelText.Wrap(fact, FactSize, width, 2, isBold: false));

        int NameLines() => Math.Max(1, (int)((height - wrapped.Sum(lines => lines.Count * FactLine + Gap)) / NameLine));
    }
}

/// <summary>One line of a label.</summary>
/// <param name="Y">Its baseline.</param>
/// <param name="Size">Of the font.</param>
/// <param name="Width">What it may take.</param>
internal sealed record LabelText(string Text, double X, double Y, double Size, double Width, bool IsBold)
{
    /// <summary>The line, smaller where it would be too long.</summary>
    public static LabelText Fit(string text, double x, double y, double size, double width) =>
        new(text, x, y, Math.Min(size, size * width / WidthOf(text, size, isBold: false)), width, IsBold: false);

    /// <summary>As many lines as it takes, at most so many; what does not fit ends in an ellipsis.</summary>
    public static List<string> Wrap(string text, double size, double width, int most, bool isBold)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (WidthOf(longer, size, isBold) > width && line.Length > 0)
            {
                lines.Add(line);
                longer = word;
            }
            line = longer;
            while (WidthOf(line, size, isBold) > width && Cut(line, size, width, isBold) is var (head, tail) && tail.Length > 0)
            {
                lines.Add(head);
                line = tail;
            }
        }
        lines.Add(line);
        return lines.Count <= most ? lines : [.. lines[..(most - 1)], Shortened(lines[most - 1], size, width, isBold)];
    }

    /// <summary>A little more than fonts without serifs take; the browser has no part in laying a label out, so that paper and PDF are alike.</summary>
    public static double WidthOf(string text, double size, bool isBold)
    {
        var ems = 0.0;
        foreach (var rune in text.EnumerateRunes())
        {
            ems += rune.Value switch
            {
                'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' => 0.3,
                ' ' or 'f' or 't' or 'r' or '(' or ')' or '-' or '/' => 0.39,
                'm' or 'w' or 'M' or 'W' or '@' or '%' or '—' or '…' => 0.96,
                >= 'A' and <= 'Z' or >= 'À' and <= 'Þ' => 0.73,
                >= '0' and <= '9' => 0.63,
                >= 0x1100 => 1.05,
                >= 0x0300 => 0.72,
                _ => 0.6,
            };
        }
        return ems * size * (isBold ? 1.06 : 1);
    }

    private static string Shortened(string line, double size, double width, bool isBold) =>
        Cut(line, size, width - WidthOf("…", size, isBold), isBold).Head.TrimEnd() + "…";

    /// <summary>As many whole characters as fit, at least one.</summary>
    private static (string Head, string Tail) Cut(string text, double size, double width, bool isBold)
    {
        var starts = StringInfo.ParseCombiningCharacters(text);
        var fitting = starts.Skip(1).TakeWhile(start => WidthOf(text[..start], size, isBold) <= width).LastOrDefault();
        var at = WidthOf(text, size, isBold) <= width ? text.Length : fitting > 0 ? fitting : starts.Length > 1 ? starts[1] : text.Length;
        return (text[..at], text[at..]);
    }
}
