var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/health/live", () => "live");
app.Run();

/// <summary>Named so that tests can host it.</summary>
public partial class Program;
