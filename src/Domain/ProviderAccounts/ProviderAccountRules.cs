using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;

namespace PrizeDraw.Domain.ProviderAccounts;

/// <summary>What a provider's account is given as. What a provider has no use for must be null.</summary>
/// <param name="Organization">Supabase: slug of the organization that pays for the projects.</param>
/// <param name="Region">Supabase: a region such as eu-west-2, or americas, emea or apac.</param>
/// <param name="InstanceSize">Supabase: size of the machine; null for what the plan gives.</param>
/// <param name="Owner">GitHub: user or organization that repositories are made for.</param>
/// <param name="Template">GitHub: owner/name of the template repository.</param>
/// <param name="Team">Vercel: id of the team; null for a personal account.</param>
public sealed record ProviderAccountFacts(string? Organization, string? Region, string? InstanceSize, string? Owner, string? Template, string? Team)
{
    /// <summary>GitHub: id or client id of the app that is used instead of a token; null for a token.</summary>
    public string? App { get; init; }

    /// <summary>GitHub: number of the app's installation; with <see cref="App"/> alone.</summary>
    public string? Installation { get; init; }
}

/// <summary>What an account at a cloud provider may be. Whether the provider takes the token is for the preflight to say.</summary>
public static class ProviderAccountRules
{
    public const int TokenLengthMax = 4_000;
    private const string Supabase = "supabase", GitHub = "github", Vercel = "vercel";

    /// <summary>Providers that have accounts.</summary>
    public static readonly IReadOnlyList<string> Providers = [Supabase, GitHub, Vercel];

    /// <summary>Null when all is well.</summary>
    public static ProviderAccountIsInvalid? Judge(string provider, string? token, bool hasToken, ProviderAccountFacts facts)
    {
        List<FieldError> errors = [];
        if (token is null ? !hasToken : !(facts.App is null ? IsToken(token) : IsKey(token)))
        {
            errors.Add(new FieldError("token", facts.App is null
                ? $"Give the token as the provider shows it: 1 to {TokenLengthMax} characters, without spaces."
                : "Give the app's private key: the whole file in PEM form that GitHub made, an RSA key of 2048 bits or more."));
        }

        Field(errors, "organization", facts.Organization, provider == Supabase, isNeeded: true, IsName, "the organization's slug");
        Field(errors, "region", facts.Region, provider == Supabase, isNeeded: false, IsName, "a region, such as eu-west-2, or emea");
        Field(errors, "instanceSize", facts.InstanceSize, provider == Supabase, isNeeded: false, IsName, "a size, such as micro");
        Field(errors, "owner", facts.Owner, provider == GitHub, isNeeded: true, IsName, "the user or organization that repositories are made for");
        Field(errors, "template", facts.Template, provider == GitHub, isNeeded: true, IsPath, "the template repository, as owner/name");
        Field(errors, "app", facts.App, provider == GitHub, isNeeded: facts.Installation is not null, IsName, "the app's id or client id, or leave the installation out too");
        Field(
            errors, "installation", facts.Installation, provider == GitHub, isNeeded: facts.App is not null, IsNumber,
            "the installation's number, as the address of its page at GitHub ends with it");
        Field(errors, "team", facts.Team, provider == Vercel, isNeeded: false, IsName, "the team's id, such as team_a1b2c3");
        return errors.Count == 0 ? null : new ProviderAccountIsInvalid(errors);
    }

    private static void Field(
        List<FieldError> errors, string name, string? value, bool isItsOwn, bool isNeeded, Func<string, bool> isRight, string what)
    {
        if (!isItsOwn)
        {
            if (value is not null)
            {
                errors.Add(new FieldError(name, "This provider has no use for it: leave it out."));
            }
        }
        else if (value is null ? isNeeded : !isRight(value))
        {
            errors.Add(new FieldError(name, $"Give {what}."));
        }
    }

    private static bool IsName(string text) =>
        text.Length is >= 1 and <= 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && text is not ("." or "..");

    private static bool IsToken(string token) => token.Length is >= 1 and <= TokenLengthMax && !token.Any(c => c is <= ' ' or > '~');

    private static bool IsKey(string pem)
    {
        if (pem.Length > TokenLengthMax)
        {
            return false;
        }

        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(pem);
            return key.KeySize >= 2048 && key.ExportRSAPrivateKey().Length > 0;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    private static bool IsNumber(string text) => text.Length is >= 1 and <= 18 && text.All(char.IsAsciiDigit);

    private static bool IsPath(string text) => text.Split('/') is [var owner, var name] && IsName(owner) && IsName(name);
}

/// <summary>The input describes an account that cannot be.</summary>
public sealed record ProviderAccountIsInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("provider.invalid", "The account can't be like this; errors says what to change.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

public sealed record ProviderAccountIsNotThere() : DomainError("provider.not_found", "There is no such provider, or no account at it.");

/// <summary>Campaigns have something where the account leads, and the change would lead elsewhere.</summary>
/// <param name="Campaigns">How many.</param>
public sealed record ProviderIsInUse(int Campaigns) : DomainError(
    "provider.in_use",
    $"{(Campaigns == 1 ? "A campaign has" : $"{Campaigns} campaigns have")} something in this account, which could not be reached or removed any more. The account and its "
    + "organization, owner or team have to stay until that is decommissioned. A new token for the same one is always taken.");
