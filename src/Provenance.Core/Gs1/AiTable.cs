namespace Provenance.Core.Gs1;

/// <summary>The Application Identifiers of the GS1 General Specifications as data. Read once by <see cref="Ai"/>.</summary>
internal static class AiTable
{
    /// <summary>
    /// One line: code or range, parts joined by +, use in a Digital Link, name.
    /// A part is n (digits), x (CSET 82), y (CSET 39) or z (base64url), its length or ..longest, ? when optional,
    /// and :rules of <see cref="AiContent"/>.
    /// Use: <c>key</c> with its qualifiers in order (/ parts alternatives), <c>attr</c> (may stand in the query, as keys may), <c>-</c> (neither).
    /// </summary>
    internal const string Formats = """
        00         n18:check                  key              SSCC
        01         n14:check                  key=22,10,21/235 GTIN
        02         n14:check                  attr             contained GTIN
        03         n14:check                  -                made-to-order GTIN
        10         x..20                      attr             lot
        11         n6:date0                   attr             production date
        12         n6:date0                   attr             due date
        13         n6:date0                   attr             packaging date
        15         n6:date0                   attr             best-before date
        16         n6:date0                   attr             sell-by date
        17         n6:date0                   attr             expiration date
        20         n2                         attr             variant
        21         x..20                      -                serial
        22         x..20                      -                consumer product variant
        235        x..28                      -                third-party serial
        240        x..30                      attr             additional product id
        241        x..30                      attr             customer part number
        242        n..6                       attr             made-to-order variation
        243        x..20                      attr             packaging component number
        250        x..30                      attr             secondary serial
        251        x..30                      attr             reference to source
        253        n13:check+x..17?           key              GDTI
        254        x..20                      -                GLN extension
        255        n13:check+n..12?           key              GCN
        30         n..8                       attr             variable count
        37         n..8                       attr             count of contained items
        3100-3105  n6                         attr             net weight in kg
        3110-3115  n6                         attr             length in m
        3120-3125  n6                         attr             width in m
        3130-3135  n6                         attr             height in m
        3140-3145  n6                         attr             area in m2
        3150-3155  n6                         attr             net volume in l
        3160-3165  n6                         attr             net volume in m3
        3200-3205  n6                         attr             net weight in lb
        3210-3215  n6                         attr             length in in
        3220-3225  n6                         attr             length in ft
        3230-3235  n6                         attr             length in yd
        3240-3245  n6                         attr             width in in
        3250-3255  n6                         attr             width in ft
        3260-3265  n6                         attr             width in yd
        3270-3275  n6                         attr             height in in
        3280-3285  n6                         attr             height in ft
        3290-3295  n6                         attr             height in yd
        3300-3305  n6                         attr             logistic weight in kg
        3310-3315  n6                         attr             logistic length in m
        3320-3325  n6                         attr             logistic width in m
        3330-3335  n6                         attr             logistic height in m
        3340-3345  n6                         attr             logistic area in m2
        3350-3355  n6                         attr             logistic volume in l
        3360-3365  n6                         attr             logistic volume in m3
        3370-3375  n6                         attr             weight in kg/m2
        3400-3405  n6                         attr             logistic weight in lb
        3410-3415  n6                         attr             logistic length in in
        3420-3425  n6                         attr             logistic length in ft
        3430-3435  n6                         attr             logistic length in yd
        3440-3445  n6                         attr             logistic width in in
        3450-3455  n6                         attr             logistic width in ft
        3460-3465  n6                         attr             logistic width in yd
        3470-3475  n6                         attr             logistic height in in
        3480-3485  n6                         attr             logistic height in ft
        3490-3495  n6                         attr             logistic height in yd
        3500-3505  n6                         attr             area in in2
        3510-3515  n6                         attr             area in ft2
        3520-3525  n6                         attr             area in yd2
        3530-3535  n6                         attr             logistic area in in2
        3540-3545  n6                         attr             logistic area in ft2
        3550-3555  n6                         attr             logistic area in yd2
        3560-3565  n6                         attr             net weight in troy oz
        3570-3575  n6                         attr             net weight or volume in oz
        3600-3605  n6                         attr             net volume in qt
        3610-3615  n6                         attr             net volume in gal
        3620-3625  n6                         attr             logistic volume in qt
        3630-3635  n6                         attr             logistic volume in gal
        3640-3645  n6                         attr             net volume in in3
        3650-3655  n6                         attr             net volume in ft3
        3660-3665  n6                         attr             net volume in yd3
        3670-3675  n6                         attr             logistic volume in in3
        3680-3685  n6                         attr             logistic volume in ft3
        3690-3695  n6                         attr             logistic volume in yd3
        3900-3909  n..15                      attr             amount payable
        3910-3919  n3:currency+n..15          attr             amount payable with currency
        3920-3929  n..15                      attr             price of a variable measure
        3930-3939  n3:currency+n..15          attr             price of a variable measure with currency
        3940-3943  n4                         attr             percentage off
        3950-3955  n6                         attr             price per unit of measure
        400        x..30                      attr             order number
        401        x..30:gcp                  key              GINC
        402        n17:check                  key              GSIN
        403        x..30                      attr             routing code
        410        n13:check                  attr             ship-to GLN
        411        n13:check                  attr             bill-to GLN
        412        n13:check                  attr             purchased-from GLN
        413        n13:check                  attr             ship-for GLN
        414        n13:check                  key=254/7040     GLN
        415        n13:check                  key=8020         GLN of the invoicing party
        416        n13:check                  attr             production GLN
        417        n13:check                  key=7040         party GLN
        420        x..20                      attr             ship-to postal code
        421        n3:country+x..9            attr             ship-to country and postal code
        422        n3:country                 attr             country of origin
        423        n3:country+n3?:country+n3?:country+n3?:country+n3?:country  attr  countries of initial processing
        424        n3:country                 attr             country of processing
        425        n3:country+n3?:country+n3?:country+n3?:country+n3?:country  attr  countries of disassembly
        426        n3:country                 attr             country of full processing
        427        x..3                       attr             subdivision of origin
        4300-4301  x..35:percent              attr             ship-to name
        4302-4306  x..70:percent              attr             ship-to address
        4307       x2:country2                attr             ship-to country
        4308       x..30                      attr             ship-to telephone
        4309       n10:latitude+n10:longitude attr             ship-to position
        4310-4311  x..35:percent              attr             return-to name
        4312-4316  x..70:percent              attr             return-to address
        4317       x2:country2                attr             return-to country
        4318       x..20                      attr             return-to postal code
        4319       x..30                      attr             return-to telephone
        4320       x..35:percent              attr             service code description
        4321       n1:flag                    attr             dangerous goods
        4322       n1:flag                    attr             authority to leave
        4323       n1:flag                    attr             signature required
        4324       n6:date0+n4:time           attr             not before
        4325       n6:date0+n4:time           attr             not after
        4326       n6:date                    attr             release date
        4330-4333  n6+x1?:minus               attr             temperature limit
        7001       n13                        attr             NATO stock number
        7002       x..30                      attr             meat cut
        7003       n6:date+n4:time            attr             expiration date and time
        7004       n..4                       attr             active potency
        7005       x..12                      attr             catch area
        7006       n6:date                    attr             first freeze date
        7007       n6:date+n6?:date           attr             harvest date
        7008       x..3                       attr             aquatic species
        7009       x..10                      attr             fishing gear
        7010       x..2                       attr             production method
        7011       n6:date+n4?:time           attr             test-by date
        7020       x..20                      attr             refurbishment lot
        7021       x..20                      attr             functional status
        7022       x..20                      attr             revision status
        7023       x..30:gcp                  attr             assembly GIAI
        7030-7039  n3:country999+x..27        attr             processor
        7040       n1+x1+x1+x1:importer       -                unit id extension
        7041       x..4:package               -                freight unit type
        710-717    x..20                      attr             national healthcare number
        7230-7239  x2+x..28                   attr             certification reference
        7240       x..20                      attr             protocol id
        7241       n2:media                   attr             media type
        7242       x..25                      attr             version control number
        7250       n8:date8                   attr             date of birth
        7251       n8:date8+n4:time           attr             date and time of birth
        7252       n1:sex                     attr             biological sex
        7253       x..40:percent              attr             family name
        7254       x..40:percent              attr             given name
        7255       x..10                      attr             name suffix
        7256       x..90:percent              attr             full name
        7257       x..70:percent              attr             address of a person
        7258       x3:position                attr             birth sequence
        7259       x..40:percent              attr             baby of family name
        8001       n4:nonzero+n5:nonzero+n3:nonzero+n1:winding+n1  attr  roll dimensions
        8002       x..20                      attr             mobile telephone id
        8003       n1:zero+n13:check+x..16?   key              GRAI
        8004       x..30:gcp                  key=7040         GIAI
        8005       n6                         attr             price per unit
        8006       n14:check+n4:pieces        key=22,10,21     ITIP
        8007       x..34:iban                 attr             IBAN
        8008       n6:date+n2:hour+n2?:minute+n2?:second  attr  production time
        8009       x..50                      attr             sensor indicator
        8010       y..30:gcp                  key=8011         CPID
        8011       n..12:natural              -                CPID serial
        8012       x..20                      attr             software version
        8013       x..25:pair,gcp             key              GMN
        8014       x..25:pair,gcp,nondigit    -                HIDRI
        8017       n18:check                  key=8019         GSRN of the provider
        8018       n18:check                  key=8019         GSRN of the recipient
        8019       n..10                      -                SRIN
        8020       x..25                      -                payment reference
        8026       n14:check+n4:pieces        attr             contained ITIP
        8030       z..90                      attr             digital signature
        8040       n15                        -                IMEI
        8041       n15                        -                second IMEI
        8042       n32                        -                eSIM number
        8043       n18+n..2?                  -                pSIM number
        8110       x..70:coupon               attr             coupon code
        8111       n4                         attr             loyalty points
        8112       x..70:offer                attr             positive offer file coupon
        8200       x..70                      -                packaging URL
        90         x..30                      attr             mutually agreed information
        91-99      x..90                      attr             company internal information
        """;

    /// <summary>
    /// What an AI must be seen with (§4.13.1): for those on the left, at least one of the groups on the right.
    /// + joins those needed together, n stands for any digit.
    /// </summary>
    internal const string Needs = """
        02                                        : 37
        10 11 13 15 16 20 240                     : 01 02 03 8006 8026
        12                                        : 8020
        17                                        : 01 02 03 255 8006 8026
        21                                        : 01 03 8006
        22 235                                    : 01
        241 422                                   : 01 02 03 8006 8026
        242 7001                                  : 01 02 8006 8026
        243                                       : 01 03
        250                                       : 01+21 03+21 8006+21
        251 7021 8012                             : 01 03 8006
        254                                       : 414
        30 31nn 32nn 350n 351n 352n 356n 357n 360n 361n 364n 365n 366n : 01 02
        37                                        : 00+02 00+8026
        330n 331n 332n 333n 334n 335n 336n 34nn 353n 354n 355n 362n 363n 367n 368n 369n : 00 01
        337n                                      : 01
        390n                                      : 255 8020
        391n                                      : 8020
        392n                                      : 01+30 01+31nn 01+32nn 01+35nn 01+36nn
        393n 395n                                 : 30 31nn 32nn 35nn 36nn
        394n 8111                                 : 255
        403 4300 4301 4302 4304 4305 4306 4307 4308 4309 7041 : 00
        4310 4311 4312 4314 4315 4316 4317 4318 4319 432n 433n : 00
        4303                                      : 4302
        4313                                      : 4312
        415                                       : 8020
        423 424 425 426                           : 01 02 03
        427                                       : 01+422 02+422 03+422
        7003 7010 7011 8008                       : 01 02 03
        7002 7005 7006 7007 7008 7009 703n 8005   : 01 02
        7004                                      : 01+10 03+10
        7020                                      : 01+416 03+416 8006+416
        7022                                      : 01+7021 03+7021 8006+7021
        71n 8001 8014 8200                        : 01
        723n                                      : 01 8004
        7240                                      : 01 8006
        7241 7242 7253 7254 7255 7256             : 8017 8018
        7250 7251 7252 7257 7259                  : 8018
        7258                                      : 8018+7259
        8007 8020                                 : 415
        8009                                      : 00 01 03
        8011                                      : 8010
        8019                                      : 8017 8018
        8026                                      : 37
        8030                                      : 00 01+21 03+21 253 255 8003 8004 8006+21 8010+8011 8017 8018
        8040                                      : 01+21
        8041 8042 8043                            : 01+21+8040
        """;

    /// <summary>What an AI may not be seen with (§4.13.2): none of those on the right, itself excepted.</summary>
    internal const string Excludes = """
        01                  : 255 37
        02                  : 01 03
        03                  : 01 02 37 235
        21                  : 235
        255                 : 01 02 415 8006 8020 8026
        390n                : 390n 391n 394n 8111
        391n                : 391n
        392n                : 392n 393n
        393n                : 393n
        394n                : 394n 8111
        395n                : 392n 393n 395n 8005
        420                 : 421
        421                 : 4307
        422 423 424 425     : 426
        4330                : 4331
        4331                : 4330
        4332                : 4333
        4333                : 4332
        7240                : 03
        7250                : 7251
        7251                : 7250
        7253 7254 7255      : 7256 7259
        7259                : 7256
        8006                : 01 03 37
        8017                : 8018
        8018                : 8017
        8026                : 02 03 8006
        """;
}
