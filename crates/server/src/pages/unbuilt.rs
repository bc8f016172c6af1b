//! What is shown where the program was built without the pages.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

const HTML: &str = r#"<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Jifen 积分</title></head>
<body>
<h1>页面尚未构建</h1>
<p>请运行 <code>make web</code>，再重新构建程序。API 一切正常：<a href="/docs?lang=zh">/docs</a>。</p>
<h1 lang="en">The pages are not built yet</h1>
<p lang="en">Run <code>make web</code>, then build the program again. The API is there: <a href="/docs?lang=en">/docs</a>.</p>
</body>
</html>
"#;

/// The page.
pub(super) fn page() -> Response<Body> {
    let mut response = Response::new(Body::from(HTML));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
