using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Documents;
using Provenance.Server.Http;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Parties;

/// <summary><c>PATCH /api/items</c>: a maker chooses what the public sees of a product, a lot or a serial.</summary>
internal static class ItemsApi
{
    public static void MapItems(this IEndpointRouteBuilder app) => app.MapPatch("/api/items", Change).WithTags("Tracing").RequireRecorder()
        .WithSummary("Choose what the public sees of a product, lot or serial of one's own: quantity, photo, name");

    /// <param name="item">The item's URI, where the body does not say it.</param>
    private static async Task<Results<Ok<PublicViewAnswer>, Problem>> Change(
        ItemChange asked, Caller caller, PublicViews views, MakerDirectory makers, DocumentLinks links, OwnIds own, string? item = null)
    {
        var text = asked.Item ?? item;
        if (!ItemId.TryParse(text ?? "", own, out var about, out var error))
        {
            return Problem.Invalid("item", text, text is null ? "Send the item's URI: a product, a lot or a serial." : error + ".");
        }
        if (makers.Find(about) is not { } maker)
        {
            return Problem.NotFound("item", text, "Nobody is known to make this. Register a batch of it first, or ask the operator to list the product as yours.");
        }
        if (!caller.MayActFor(maker))
        {
            return Problem.Forbidden("Only its maker chooses what the public sees of this.") with { Field = "item", Value = text };
        }
        if (asked.Read(maker, links, own, out var change) is { } problem)
        {
            return problem;
        }
        await views.ChangeAsync(about, maker.Row, change);
        return TypedResults.Ok(PublicViewAnswer.Of(about, views.Find(about, maker.Row), links));
    }
}

/// <summary>Who makes an item, asked for once.</summary>
internal sealed class MakerDirectory(PartyStore parties, Authority authority, Database database, OwnIds own)
{
    /// <summary>Null when nobody is known to.</summary>
    public Party? Find(ItemId item)
    {
        using var log = new LogReading(database, own);
        return item.Kind is ItemKind.Party or ItemKind.Location or ItemKind.Document ? null : new Makers(log.HistoryOf, parties, authority).Find(item);
    }
}

/// <summary>What to change; a member that is left out stays as it is, null goes back to what is usual (RFC 7396).</summary>
internal sealed record ItemChange
{
    /// <summary>URI of a product, lot or serial. What is chosen for a product holds for all of it.</summary>
    public string? Item { get; init; }

    /// <summary>True: the public sees how much of it was made.</summary>
    public JsonElement Quantity { get; init; }

    /// <summary>SHA-256 or url of a photo sent to POST /api/documents.</summary>
    public JsonElement Photo { get; init; }

    /// <summary>Shown where no event names the product.</summary>
    public JsonElement Name { get; init; }

    /// <summary>Null when all of it can be done.</summary>
    public Problem? Read(Party maker, DocumentLinks links, OwnIds own, out Func<PublicView, PublicView> change)
    {
        var (photo, name) = (TextOf(Photo), TextOf(Name));
        var sent = DocumentLinks.Find(own, photo) ?? (Digest.TryParse(photo, out var digest) ? digest : null);
        change = view => view with
        {
            ShowsQuantity = Quantity.ValueKind == JsonValueKind.Undefined ? view.ShowsQuantity : Quantity.ValueKind == JsonValueKind.Null ? null : Quantity.ValueKind == JsonValueKind.True,
            Photo = Photo.ValueKind == JsonValueKind.Undefined ? view.Photo : sent,
            Name = Name.ValueKind == JsonValueKind.Undefined ? view.Name : name,
        };
        return Quantity.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False)
                ? Problem.Invalid("quantity", Quantity.GetRawText(), "Send true to show how much was made, false to hide it, null for what is usual.")
            : !IsTextOrNull(Photo) || (photo is not null && sent is null)
                ? Problem.Invalid("photo", Photo.GetRawText(), "Send the sha256 or the url that POST /api/documents answered, or null to take the photo away.")
            : sent is { } named && links.WhyNotPhoto(maker, named) is { } why ? Problem.Invalid("photo", photo, why)
            : !IsTextOrNull(Name) ? Problem.Invalid("name", Name.GetRawText(), "Send a text, or null for what is usual.")
            : name is null ? null : Fields.WhyNotName(name);
    }

    private static bool IsTextOrNull(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String;

    private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>What the public sees now.</summary>
/// <param name="Quantity">How much of it was made.</param>
/// <param name="Photo">Its url; absent for that of the event that made it, if there is one.</param>
/// <param name="Name">Absent for the name in the list of products.</param>
internal sealed record PublicViewAnswer(string Item, bool Quantity, string? Photo, string? Name)
{
    public static PublicViewAnswer Of(ItemId item, PublicView view, DocumentLinks links) =>
        new(item.Uri, view.ShowsQuantity == true, view.Photo is { } photo ? links.UrlOf(photo) : null, view.Name);
}
