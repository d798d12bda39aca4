using System.Globalization;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;

namespace Provenance.Server.Batches;

/// <summary>Reads the members that every step may carry, and the small things they are made of.</summary>
internal static class CommonReader
{
    private static readonly string[] Coverages = ["lot", "product", "site", "party"];

    /// <summary>Null when a member without which nothing can be recorded is missing.</summary>
    /// <param name="isNowIfNone">The time may be left out.</param>
    public static CommonFields? Read(RequestObject request, bool isNowIfNone = false)
    {
        var atField = request.Has("producedAt") ? "producedAt" : "at";
        if (atField == "producedAt" && request.Has("at"))
        {
            request.Faults.Add("producedAt", null, "Send at or producedAt, not both.");
            request.FindText("at");
        }
        var at = isNowIfNone ? request.FindText(atField) : request.Text(atField, "Send when it happened: a time with offset, such as 2026-11-21T14:30:00+01:00, or a date.");
        var place = ReadPlace(request);
        var documents = request.Objects("documents").Select(ReadDocument).OfType<GivenDocument>().ToList();
        var note = request.FindText("note", longest: 1000);
        var certificates = request.Objects("certificates").Select(ReadCertificate).OfType<GivenCertificate>().ToList();
        var readings = request.Objects("readings").Select(ReadReading).OfType<GivenReading>().ToList();
        var extra = request.OwnFields("extra");
        var again = request.Flag("again");
        return at is null && !isNowIfNone ? null : new CommonFields(at, atField, place, documents, note, certificates, readings, extra, again);
    }

    /// <summary>What a declaration that an event was wrong may carry: its own time, a note, and again.</summary>
    public static CommonFields ReadDeclaration(RequestObject request) => new(
        request.FindText("at"), "at", null, [], request.FindText("note", longest: 1000), [], [], new Dictionary<string, JsonElement>(), request.Flag("again"));

    /// <summary><c>place</c>: an id, or name, city and country.</summary>
    public static GivenPlace? ReadPlace(RequestObject request)
    {
        if (request.KindOf("place") != JsonValueKind.Object)
        {
            return request.FindText("place") is { } id ? new GivenPlace(request.At("place"), id, null) : null;
        }
        var place = request.FindObject("place")!;
        var name = place.Text("name", "Send the place's name.");
        var city = place.Text("city", "Send the city.");
        var country = ReadCountry(place);
        var gln = place.FindText("gln", longest: 13);
        var geo = ReadGeo(place);
        var timeZone = place.FindText("timeZone", longest: 64);
        if (timeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _))
        {
            place.Faults.Add(place.At("timeZone"), timeZone, "Send a zone of the IANA list, such as Europe/Vienna.");
        }
        place.Close();
        return name is null || city is null || country is null
            ? null
            : new GivenPlace(place.Path, null, new GivenPlaceDetails(name, city, country, gln, geo, timeZone));
    }

    /// <summary><c>origin</c> of something made.</summary>
    public static GivenOrigin? ReadOrigin(RequestObject request, bool isRequired)
    {
        if (isRequired && !request.Has("origin"))
        {
            request.Faults.Add(request.At("origin"), null, "Send where it comes from: {\"country\": \"AT\"}.");
        }
        if (request.FindObject("origin") is not { } origin)
        {
            return null;
        }
        var country = ReadCountry(origin);
        var place = origin.FindText("place");
        var geo = ReadGeo(origin);
        origin.Close();
        return country is null ? null : new GivenOrigin(country, place, geo);
    }

    /// <summary><c>country</c>, which is a fault when missing.</summary>
    public static string? ReadCountry(RequestObject request)
    {
        const string WhatToDo = "Send the country's two letters (ISO 3166-1), such as AT.";
        var country = request.Text("country", WhatToDo);
        if (country is null || CodeLists.IsCountry(country))
        {
            return country;
        }
        request.Faults.Add(request.At("country"), country, WhatToDo);
        return null;
    }

    private static GeoPoint? ReadGeo(RequestObject request)
    {
        if (request.FindText("geo", longest: 64) is not { } text)
        {
            return null;
        }
        var parts = (text.StartsWith("geo:", StringComparison.Ordinal) ? text[4..] : text).Split(',');
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite;
        if (parts.Length == 2
            && decimal.TryParse(parts[0], Style, CultureInfo.InvariantCulture, out var latitude) && latitude is >= -90 and <= 90
            && decimal.TryParse(parts[1], Style, CultureInfo.InvariantCulture, out var longitude) && longitude is >= -180 and <= 180)
        {
            return new GeoPoint(latitude, longitude);
        }
        request.Faults.Add(request.At("geo"), text, "Send latitude and longitude in degrees, such as 48.306940,14.285830.");
        return null;
    }

    private static GivenDocument? ReadDocument(RequestObject document)
    {
        var type = document.Text("type", "Send what kind of document it is, such as desadv or inv.");
        if (type is not null && !CbvWords.Transaction.Words.Contains(type))
        {
            document.Faults.Add(document.At("type"), type, $"Send one of {string.Join(", ", CbvWords.Transaction.Words.Order(StringComparer.Ordinal))}.");
        }
        var number = document.Text("number", "Send the document's number.");
        var url = ReadUrl(document, "url");
        var sha256 = ReadSha256(document);
        document.Close();
        return type is null || number is null ? null : new GivenDocument(type, number, url, sha256);
    }

    private static GivenCertificate? ReadCertificate(RequestObject certificate)
    {
        var name = certificate.Text("name", "Send what is certified, such as Organic, EU 2018/848.");
        var number = certificate.Text("number", "Send the certificate's number.");
        var issuer = certificate.Text("issuer", "Send who issued it.");
        var from = certificate.FindDate("validFrom");
        var until = certificate.FindDate("validUntil");
        if (from > until)
        {
            certificate.Faults.Add(certificate.At("validUntil"), $"{until:yyyy-MM-dd}", "This is before validFrom.");
        }
        var url = ReadUrl(certificate, "url");
        var sha256 = ReadSha256(certificate);
        var covers = certificate.Text("covers", "Send what it covers: lot, product, site or party.");
        if (covers is not null && !Coverages.Contains(covers))
        {
            certificate.Faults.Add(certificate.At("covers"), covers, "Send lot, product, site or party.");
        }
        certificate.Close();
        return name is null || number is null || issuer is null || covers is null
            ? null
            : new GivenCertificate(name, number, issuer, from, until, url, sha256, covers);
    }

    private static GivenReading? ReadReading(RequestObject reading)
    {
        var type = reading.Text("type", "Send what was measured, such as Temperature.");
        if (type is not null && !CbvWords.Measurement.Words.Contains(type))
        {
            reading.Faults.Add(reading.At("type"), type, "Send a measurement type of EPCIS 2.0, such as Temperature, RelativeHumidity or Mass.");
        }
        if (!reading.Has("value"))
        {
            reading.Faults.Add(reading.At("value"), null, "Send the value measured.");
        }
        var value = reading.FindNumber("value");
        var uom = reading.Text("uom", "Send the unit (UN/ECE Rec 20), such as CEL for degrees Celsius.", longest: 40);
        var at = reading.FindText("at");
        var (min, max) = (reading.FindNumber("min"), reading.FindNumber("max"));
        if (min > max)
        {
            reading.Faults.Add(reading.At("max"), max?.ToString(CultureInfo.InvariantCulture), "This is below min. Send the limits that the value should keep, in its unit.");
        }
        reading.Close();
        return type is null || value is not { } number || uom is null ? null : new GivenReading(type, number, uom, at, min, max);
    }

    /// <summary>A web address.</summary>
    public static string? ReadUrl(RequestObject request, string name)
    {
        var url = request.FindText(name, longest: 2000);
        if (url is null || (AbsoluteUri.Is(url) && Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http"))
        {
            return url;
        }
        request.Faults.Add(request.At(name), url, "Send an address that begins with https://.");
        return null;
    }

    private static string? ReadSha256(RequestObject request)
    {
        var sha256 = request.FindText("sha256");
        if (sha256 is null || Digest.TryParse(sha256, out _))
        {
            return sha256;
        }
        request.Faults.Add(request.At("sha256"), sha256, "Send the file's SHA-256 as 64 lower-case hex digits.");
        return null;
    }
}
