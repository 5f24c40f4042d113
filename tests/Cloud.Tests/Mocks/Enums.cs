namespace Spotify.Cloud.Tests.Mocks;

/// <summary>
/// Allowed values of inputs that the SDK declares as strings, from the SDK's documentation. Covers the inputs that the program uses.
/// </summary>
internal static class Enums
{
    private const string Words =
        """
        bigquery/table                timePartitioning.type                             DAY|HOUR|MONTH|YEAR
        cloudrunv2/service            ingress                                           INGRESS_TRAFFIC_ALL
                                                                                       |INGRESS_TRAFFIC_INTERNAL_ONLY
                                                                                       |INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER
        cloudscheduler/job            httpTarget.httpMethod                             GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS
        compute/backendBucket         cdnPolicy.cacheMode                               USE_ORIGIN_HEADERS|FORCE_CACHE_ALL|CACHE_ALL_STATIC
        compute/backendBucket         compressionMode                                   AUTOMATIC|DISABLED
        compute/backendService        cdnPolicy.cacheMode                               USE_ORIGIN_HEADERS|FORCE_CACHE_ALL|CACHE_ALL_STATIC
        compute/backendService        loadBalancingScheme                               EXTERNAL|INTERNAL_SELF_MANAGED
                                                                                       |INTERNAL_MANAGED|EXTERNAL_MANAGED
        compute/backendService        protocol                                          HTTP|HTTPS|HTTP2|TCP|SSL|UDP|GRPC|UNSPECIFIED|H2C
        compute/globalAddress         ipVersion                                         IPV4|IPV6
        compute/globalForwardingRule  ipProtocol                                        TCP|UDP|ESP|AH|SCTP|ICMP
        compute/globalForwardingRule  loadBalancingScheme                               EXTERNAL|EXTERNAL_MANAGED|INTERNAL_MANAGED
                                                                                       |INTERNAL_SELF_MANAGED
        compute/regionNetworkEndpointGroup networkEndpointType                          SERVERLESS|PRIVATE_SERVICE_CONNECT
                                                                                       |INTERNET_IP_PORT|INTERNET_FQDN_PORT
                                                                                       |GCE_VM_IP_PORTMAP
        compute/sSLPolicy             minTlsVersion                                     TLS_1_0|TLS_1_1|TLS_1_2|TLS_1_3
        compute/sSLPolicy             profile                                           COMPATIBLE|MODERN|RESTRICTED|CUSTOM|FIPS_202205
        compute/securityPolicy        advancedOptionsConfig.jsonParsing                 DISABLED|STANDARD|STANDARD_WITH_GRAPHQL
        compute/securityPolicyRule    action                                      allow|deny(403)|deny(404)|deny(429)
                                                                                       |deny(502)|throttle|rate_based_ban|redirect
        compute/securityPolicyRule    match.versionedExpr                         SRC_IPS_V1
        compute/securityPolicyRule    preconfiguredWafConfig.exclusions.requestBodies.operator       EQUALS|STARTS_WITH
                                                                                                          |ENDS_WITH|CONTAINS
                                                                                                          |EQUALS_ANY
        compute/securityPolicyRule    preconfiguredWafConfig.exclusions.requestQueryParams.operator  EQUALS|STARTS_WITH
                                                                                                          |ENDS_WITH|CONTAINS
                                                                                                          |EQUALS_ANY
        compute/securityPolicyRule    rateLimitOptions.conformAction              allow
        compute/securityPolicyRule    rateLimitOptions.enforceOnKey               ALL|IP|HTTP_HEADER|XFF_IP|HTTP_COOKIE
                                                                                       |HTTP_PATH|SNI|REGION_CODE
                                                                                       |TLS_JA3_FINGERPRINT|TLS_JA4_FINGERPRINT
                                                                                       |USER_IP
        compute/securityPolicyRule    rateLimitOptions.exceedAction               deny(403)|deny(404)|deny(429)|deny(502)|redirect
        compute/securityPolicy        type                                              CLOUD_ARMOR|CLOUD_ARMOR_EDGE
                                                                                       |CLOUD_ARMOR_INTERNAL_SERVICE
                                                                                       |CLOUD_ARMOR_NETWORK
        compute/targetHttpsProxy      quicOverride                                      NONE|ENABLE|DISABLE
        compute/uRLMap                defaultUrlRedirect.redirectResponseCode           FOUND|MOVED_PERMANENTLY_DEFAULT
                                                                                       |PERMANENT_REDIRECT|SEE_OTHER
                                                                                       |TEMPORARY_REDIRECT
        firestore/database            concurrencyMode                                   OPTIMISTIC|PESSIMISTIC|OPTIMISTIC_WITH_ENTITY_GROUPS
        firestore/database            deleteProtectionState                             DELETE_PROTECTION_STATE_UNSPECIFIED
                                                                                       |DELETE_PROTECTION_ENABLED
                                                                                       |DELETE_PROTECTION_DISABLED
        firestore/database            pointInTimeRecoveryEnablement                     POINT_IN_TIME_RECOVERY_ENABLED
                                                                                       |POINT_IN_TIME_RECOVERY_DISABLED
        firestore/database            type                                              FIRESTORE_NATIVE|DATASTORE_MODE
        logging/metric                metricDescriptor.metricKind                       DELTA|GAUGE|CUMULATIVE
        logging/metric                metricDescriptor.valueType                        BOOL|INT64|DOUBLE|STRING|DISTRIBUTION|MONEY
        monitoring/alertPolicy        combiner                                          AND|OR|AND_WITH_MATCHING_RESOURCE
        monitoring/alertPolicy        conditions.conditionThreshold.comparison          COMPARISON_GT|COMPARISON_GE|COMPARISON_LT
                                                                                       |COMPARISON_LE|COMPARISON_EQ|COMPARISON_NE
        monitoring/alertPolicy        severity                                          CRITICAL|ERROR|WARNING
        spanner/database              databaseDialect                                   GOOGLE_STANDARD_SQL|POSTGRESQL
        spanner/instance              defaultBackupScheduleType                         NONE|AUTOMATIC
        spanner/instance              edition                                           STANDARD|ENTERPRISE|ENTERPRISE_PLUS
        storage/bucket                autoclass.terminalStorageClass                    NEARLINE|ARCHIVE
        storage/bucket                lifecycleRules.action.storageClass                STANDARD|NEARLINE|COLDLINE|ARCHIVE
        storage/bucket                lifecycleRules.action.type                        Delete|SetStorageClass
                                                                                       |AbortIncompleteMultipartUpload
        storage/bucket                lifecycleRules.condition.withState                LIVE|ARCHIVED|ANY
        storage/bucket                publicAccessPrevention                            inherited|enforced
        """;

    private static readonly ILookup<string, (string Path, string[] Allowed)> ByType = Table.Rows(Words)
        .ToLookup(row => row[0], row => (row[1], row[2].Split('|')));

    /// <summary>Returns the errors of a resource.</summary>
    public static IEnumerable<string> Check(Declared resource) => ByType[resource.Module]
        .SelectMany(row => resource.Texts(row.Path).Except(row.Allowed).Select(word =>
            $"{row.Path} is '{word}', not one of {string.Join(", ", row.Allowed)}"));
}
