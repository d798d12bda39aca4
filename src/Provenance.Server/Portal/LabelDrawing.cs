using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Provenance.Server.Portal;

/// <summary>A label as an SVG symbol, drawn once and used at every position. In code, as <c>text</c> is a word of Razor's own.</summary>
public sealed class LabelDrawing : ComponentBase
{
    [Parameter, EditorRequired] public required object Of { get; set; }

    /// <summary>A length as SVG writes it.</summary>
    internal static string Mm(double millimetres) => Math.Round(millimetres, 3).ToString(CultureInfo.InvariantCulture);

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var label = (Label)Of;
        Open(builder, "symbol", ("id", "label"), ("viewBox", $"0 0 {Mm(label.Width)} {Mm(label.Height)}"));
        Open(builder, "path",
            ("transform", $"translate({Mm(label.CodeX)} {Mm(label.CodeY)}) scale({label.Module.ToString("0.######", CultureInfo.InvariantCulture)})"),
            ("shape-rendering", "crispEdges"), ("d", label.Code));
        builder.CloseElement();
        foreach (var line in label.Texts)
        {
            Open(builder, "text", ("x", Mm(line.X)), ("y", Mm(line.Y)), ("font-size", Mm(line.Size)), ("font-weight", line.IsBold ? "700" : "400"), ("data-width", Mm(line.Width)));
            builder.AddContent(2, line.Text);
            builder.CloseElement();
        }
        builder.CloseElement();
    }

    private static void Open(RenderTreeBuilder builder, string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        builder.OpenElement(0, element);
        foreach (var (name, value) in attributes)
        {
            builder.AddAttribute(1, name, value);
        }
    }
}
