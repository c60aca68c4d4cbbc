#include "services/recommend-service/training/hybrid/past_view.h"

#include <utility>

namespace clientele::recommend {
namespace {

class PlainCollaborativeModel final : public CollaborativeModel {
 public:
  PlainCollaborativeModel(std::vector<std::string> item_ids, const Factorization& factorization,
                          std::vector<ItemLinks> links)
      : item_ids_(std::move(item_ids)),
        dimension_(factorization.dimension),
        factors_(factorization.item_factors),
        biases_(factorization.item_biases),
        mu_(factorization.mu),
        weights_(factorization.implicit_loss_weights),
        links_(std::move(links)) {}

  const ModelIdentity& identity() const override { return identity_; }
  const std::vector<std::string>& item_ids() const override { return item_ids_; }
  std::int64_t dimension() const override { return dimension_; }
  absl::Span<const float> item_factors() const override { return factors_; }
  absl::Span<const float> item_biases() const override { return biases_; }
  float mu() const override { return mu_; }
  const ImplicitLossWeights& implicit_loss_weights() const override { return weights_; }
  absl::Span<const ItemLinks> links() const override { return links_; }

 private:
  const ModelIdentity identity_ = {};
  const std::vector<std::string> item_ids_;
  const std::int64_t dimension_;
  const std::vector<float> factors_;
  const std::vector<float> biases_;
  const float mu_;
  const ImplicitLossWeights weights_;
  const std::vector<ItemLinks> links_;
};

class PastModel final : public CollaborativeModels {
 public:
  explicit PastModel(std::shared_ptr<const CollaborativeModel> model) : model_(std::move(model)) {}
  std::shared_ptr<const CollaborativeModel> Current() override { return model_; }
  void Refresh() override {}

 private:
  const std::shared_ptr<const CollaborativeModel> model_;
};

// Tells everything once.
class PastCatalog final : public CatalogStore {
 public:
  PastCatalog(std::vector<CatalogItem> items, std::vector<ItemPopularity> popularity)
      : items_(std::move(items)), popularity_(std::move(popularity)) {}

  absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t) override {
    return CatalogChanges{.changed = std::move(items_), .deleted = {}, .revision = 1};
  }
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&, std::int64_t) override {
    return PopularityChanges{.changed = std::move(popularity_), .revision = 1};
  }

 private:
  std::vector<CatalogItem> items_;
  std::vector<ItemPopularity> popularity_;
};

}  // namespace

std::shared_ptr<const CollaborativeModel> PlainModel(std::vector<std::string> item_ids,
                                                     const Factorization& factorization,
                                                     std::vector<ItemLinks> links) {
  return std::make_shared<PlainCollaborativeModel>(std::move(item_ids), factorization,
                                                   std::move(links));
}

PastView::PastView(Contents contents) {
  PastCatalog store(std::move(contents.items), std::move(contents.popularity));
  PastModel models(std::move(contents.model));
  Catalog catalog(&store);
  // This store does not fail.
  catalog.Refresh({}).IgnoreError();
  ServingViews views(&catalog, &models);
  views.RefreshContent({});
  // Snapshots own what they hold.
  view_ = views.Current({});
}

PastView::~PastView() = default;

}  // namespace clientele::recommend
