using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Storage.Campaign.Codes;
using PrizeDraw.Storage.Central.ApiKeys;
using PrizeDraw.Storage.Central.Codes;

namespace PrizeDraw.Grains.Codes;

internal static class CodesRegistration
{
    /// <summary>What batches of codes and API keys need.</summary>
    public static IServiceCollection AddCodes(this IServiceCollection services)
    {
        services.AddOptions<CodeOptions>().ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<CodeBatchStore>().AddSingleton<CodeImportStore>().AddSingleton<RedemptionStore>().AddSingleton<CodePrefixes>()
            .AddSingleton<ApiKeyStore>().AddSingleton<CodeBatchParts>();
    }
}
