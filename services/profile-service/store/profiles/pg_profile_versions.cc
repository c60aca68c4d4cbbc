#include "services/profile-service/store/profiles/pg_profile_versions.h"

#include <string>
#include <vector>

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/changes/feed_statements.h"
#include "services/profile-service/store/customers/members.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kVersion{
    "profile.get_profile_version",
    "SELECT (SELECT coalesce(max(seq), 0) FROM profile.changes "
    "WHERE customer_id = ANY($1::text[])), (SELECT count(*) FROM profile.pending_texts "
    "WHERE customer_id = ANY($1::text[])), seen.count, seen.newest FROM ("
    "SELECT count(*) AS count, coalesce((extract(epoch FROM max(see_time)) * 1000000)::bigint, 0) "
    "AS newest FROM profile.media_sightings WHERE customer_id = ANY($1::text[])) AS seen"};

// A text whose change is no longer kept was stored before any that is asked about.
constexpr Statement kPending{
    "profile.find_pending_text_before",
    "SELECT 1 FROM profile.pending_texts AS p WHERE p.customer_id = ANY($1::text[]) "
    "AND coalesce((SELECT min(c.seq) FROM profile.changes AS c "
    "WHERE c.customer_id = p.customer_id AND c.event_id = p.event_id AND c.kind = 1), 0) <= $2 "
    "LIMIT 1"};

constexpr postgres::TransactionOptions kReadsVersions{.read_only = true};

}  // namespace

absl::StatusOr<ProfileVersion> PgProfileVersions::Version(const RequestContext& context,
                                                          absl::string_view customer_id) {
  ProfileVersion version;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> members,
                                   MembersOf(transaction, customer_id));
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kVersion, {members}));
        version = {members.front(), rows[0].Int64(0), rows[0].Int64(1), rows[0].Int64(2),
                   rows[0].Int64(3)};
        return absl::OkStatus();
      },
      kReadsVersions));
  return version;
}

absl::StatusOr<bool> PgProfileVersions::Contains(const RequestContext& context,
                                                 absl::string_view customer_id,
                                                 std::int64_t change) {
  bool contained = false;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> members,
                                   MembersOf(transaction, customer_id));
        CLIENTELE_ASSIGN_OR_RETURN(const Result feed, transaction.Execute(statements::kFeedState));
        if (feed.empty() || feed[0].Int64(1) < change) {
          return InvalidField("min_change", "names a change that has not been");
        }
        CLIENTELE_ASSIGN_OR_RETURN(const Result pending,
                                   transaction.Execute(kPending, {members, change}));
        contained = pending.empty();
        return absl::OkStatus();
      },
      kReadsVersions));
  return contained;
}

}  // namespace clientele::profile
