#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_DOMAIN_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_DOMAIN_H_

// The service's stores, and core's objects over them, put together; members are in the order of
// their dependencies.

#include "common/consent/consent.h"
#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/audiences/audiences.h"
#include "services/recommend-service/core/experiments/experiments.h"
#include "services/recommend-service/core/interactions/interactions.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/items/items.h"
#include "services/recommend-service/core/predictions/predictions.h"
#include "services/recommend-service/core/ranking/recommender.h"
#include "services/recommend-service/rpc/recommend_rpc.h"
#include "services/recommend-service/store/audiences/pg_audience_store.h"
#include "services/recommend-service/store/audiences/pg_marketing_consent.h"
#include "services/recommend-service/store/experiments/pg_experiment_store.h"
#include "services/recommend-service/store/interactions/pg_interaction_store.h"
#include "services/recommend-service/store/items/pg_item_store.h"
#include "services/recommend-service/store/pg_change_sink.h"
#include "services/recommend-service/store/predictions/pg_prediction_store.h"

namespace clientele::recommend {

struct Stores {
  // All are borrowed; the cipher may be null.
  Stores(postgres::ConnectionPool* pool, const Ledger* ledger, const crypto::Cipher* cipher,
         const Clock* clock)
      : pool(pool),
        items(pool, ledger, clock),
        interactions(pool),
        audiences(pool),
        experiments(pool, ledger, clock),
        predictions(pool, cipher),
        changes(pool, ledger) {}

  postgres::ConnectionPool* const pool;
  PgItemStore items;
  PgInteractionStore interactions;
  PgAudienceStore audiences;
  PgExperimentStore experiments;
  PgPredictionStore predictions;
  PgChangeSink changes;
};

struct Domain {
  // All are borrowed. Consent is known where the service follows profile-service.
  Domain(Stores* stores, CollaborativeModels* models, ModelArchive* archive, const Clock* clock,
         const Dismissals& dismissals, const consent::Policy& policy, bool follows_profiles,
         const RecommenderOptions& recommending, const PredictionsOptions& recording)
      : catalog(&stores->items),
        items(&stores->items, &catalog),
        interactions(&stores->interactions, &stores->items, clock),
        recommender(&catalog, models, &stores->interactions, clock, dismissals, policy,
                    recommending),
        predictions(&recommender, &stores->predictions, archive, clock, recording),
        consent(stores->pool, policy),
        audiences(recommender.views(), &stores->audiences,
                  follows_profiles ? static_cast<MarketingConsent*>(&consent) : &unknown_consent,
                  clock, {.dismissals = dismissals}),
        experiments(&stores->experiments, clock) {}

  RecommendCore core() {
    return {&items, &interactions, &recommender, &predictions, &audiences, &experiments};
  }
  // Forgets what is kept of customers without need; called from time to time.
  void DropIdle() {
    recommender.DropIdleHistories();
    audiences.DropIdle();
  }

  Catalog catalog;
  Items items;
  Interactions interactions;
  Recommender recommender;
  Predictions predictions;
  UnknownConsent unknown_consent;
  PgMarketingConsent consent;
  Audiences audiences;
  Experiments experiments;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_DOMAIN_H_
