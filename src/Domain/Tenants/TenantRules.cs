using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace PrizeDraw.Domain.Tenants;

/// <summary>What a tenant's name and slug may be. Null is not judged: it is left as it is.</summary>
public static partial class TenantRules
{
    public const int NameLengthMax = 200;

    /// <summary>Null when all is well.</summary>
    public static TenantIsInvalid? Judge(string? name, string? slug)
    {
        List<FieldError> errors = [];
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > NameLengthMax || name.Contains('\0')))
        {
            errors.Add(new FieldError("name", $"Give a name of 1 to {NameLengthMax} characters."));
        }

        if (slug is not null && !Slug().IsMatch(slug))
        {
            errors.Add(new FieldError("slug", "Use 2 to 40 of the characters a-z, 0-9 and hyphen, beginning with a letter."));
        }

        return errors.Count == 0 ? null : new TenantIsInvalid(errors);
    }

    // \z, since $ would allow a line break at the end.
    [GeneratedRegex(@"\A[a-z][a-z0-9-]{1,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Slug();
}

/// <summary>The input names a tenant that cannot be.</summary>
public sealed record TenantIsInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("tenant.invalid", "The tenant can't be like this; errors says what to change.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

public sealed record TenantIsNotThere() : DomainError("tenant.not_found", "There is no such tenant.");

public sealed record TenantSlugIsTaken(string Slug) : DomainError("tenant.slug_taken", $"Another tenant has the slug '{Slug}'; choose another.");

public sealed record TenantHasChanged() : DomainError("tenant.version_conflict", "The tenant has changed since it was read; read it again.");
