using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using System;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.DataProtection;

/// <summary>Keeps the Data Protection key ring in the central database, encrypted under the master key.</summary>
public static class DataProtectionStorage
{
    /// <summary>Needs what <c>AddPlatformStorage</c> registers, and the central database bootstrapped before the first use.</summary>
    public static IDataProtectionBuilder PersistKeysToCentralDatabase(this IDataProtectionBuilder builder)
    {
        // Keys are the installation's, not the folder's it happens to run from.
        builder.SetApplicationName("prize-draw-platform");
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(services =>
            new ConfigureOptions<KeyManagementOptions>(options =>
            {
                options.XmlRepository = new PostgresXmlRepository(
                    services.GetRequiredService<CentralConnections>(), services.GetRequiredService<TimeProvider>());
                options.XmlEncryptor = new MasterKeyXmlEncryptor(services.GetRequiredService<SecretBox>());
            }));
        return builder;
    }
}
