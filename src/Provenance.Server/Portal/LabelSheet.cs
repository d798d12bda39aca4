namespace Provenance.Server.Portal;

/// <summary>Paper that labels are printed on: where each label begins. All in millimetres, from the paper's top left corner.</summary>
/// <param name="Page">Its name in <c>@page</c> rules of <c>site.css</c>.</param>
/// <param name="Across">From one label's left edge to the next one's.</param>
/// <param name="Down">From one label's top edge to the next one's.</param>
internal sealed record LabelSheet(
    string Name, string Page, double PageWidth, double PageHeight, double Width, double Height, int Columns, int Rows, double Left, double Top, double Across, double Down)
{
    /// <summary>The first is what a page begins with. Geometry of Avery's sheets: the templates of gLabels, in points of 1/72 inch.</summary>
    public static IReadOnlyList<LabelSheet> All { get; } =
    [
        A4("L7160", 181.4, 108, columns: 3, rows: 7, left: 21.2, top: 43.9, across: 187.2, down: 108),
        A4("L7163", 280.9, 108, columns: 2, rows: 7, left: 9.5, top: 43, across: 292, down: 108),
        new("roll62", "roll62", 62, 40, 62, 40, 1, 1, 0, 0, 62, 40),
    ];

    public int PerPage => Columns * Rows;

    public static LabelSheet? Find(string name) => All.FirstOrDefault(sheet => sheet.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <param name="position">From 0, row by row.</param>
    public (double X, double Y) At(int position) => (Left + position % Columns * Across, Top + position / Columns * Down);

    private static LabelSheet A4(string name, double width, double height, int columns, int rows, double left, double top, double across, double down) =>
        new(name, "a4", 210, 297, Millimetres(width), Millimetres(height), columns, rows, Millimetres(left), Millimetres(top), Millimetres(across), Millimetres(down));

    private static double Millimetres(double points) => points * 25.4 / 72;
}
