namespace PrizeDraw.Api.Campaigns;

internal static class Examples
{
    public const string Campaign = """
        {"tenantId":"ten_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Summer in Paris","slug":"summer-paris",
         "opensAt":"2026-12-01T09:00:00Z","closesAt":"2026-12-31T23:59:59Z","timeZone":"Europe/London","languages":["en-GB"],
         "forecastEntries":50000,"promoter":{"name":"Acme Ltd","address":"1 High Street, Leeds LS1 1AA"},
         "terms":{"text":"One entry per person …","freeRoute":"Write to the promoter's address."},
         "brand":{"headline":"Win a weekend in Paris","primaryColour":"#0b5fff"},
         "form":{"minimumAge":18,"fields":[{"name":"favourite","label":"Your favourite city","type":"text","required":false}]},
         "limits":{"entriesPerEntrant":1,"winsPerEntrant":1},
         "consents":[{"purpose":"marketing-email","text":"Send me offers by e-mail."}],
         "pools":[{"name":"Instant","modes":["moments","consolation"],
           "prizes":[{"name":"Mug","kind":"prize","stock":100,"dailyCap":10,"perEntrantMax":1,"fulfilment":"delivery"},
                     {"name":"Sticker","kind":"gift","stock":null,"fulfilment":"none"}],
           "moments":[{"at":"2026-12-05T10:00:00Z","prize":"Mug"},{"generate":{"prize":"Mug","count":99}}]}],
         "draw":{"name":"Final","prizes":["Weekend in Paris"],"reserves":2,"rule":"one-per-person"}}
        """;
}
