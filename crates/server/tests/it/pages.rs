use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn both_faces_are_served_beside_the_api() {
    let world = World::new();
    for (path, camera) in [("/", "camera=()"), ("/console", "camera=(self)"), ("/console/till", "camera=(self)")] {
        let page = world.get(path).token(None).header("accept", "text/html").send().await;
        // Built or not, it is a page, protected, and no machine's answer.
        assert!(page.status == 200 || page.text.contains("make web"), "{path}: {}", page.status);
        assert!(page.text.starts_with("<!doctype html>"), "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(page.header("permissions-policy").contains(camera), "{path}");
        assert!(!page.header("x-request-id").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_never_shown_where_the_api_answers() {
    let world = World::new();
    for path in ["/v1/nothing", "/docs/nothing", "/assets/nothing.js"] {
        world.get(path).token(None).header("accept", "text/html").send().await.problem("not-found");
    }
    world.get("/nothing").token(None).send().await.problem("not-found");
    world.ask("POST", "/console").token(None).send().await.problem("not-found");
}
